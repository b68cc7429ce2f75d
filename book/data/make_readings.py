"""Write readings.tsv: Mandarin words that begin with a character of two readings, which only what follows can decide.

The words and their readings come from pypinyin's dictionary of phrases, in simplified characters. Each word stands alone and
after two of the openings below, so that the same left context is followed by both readings.
"""

from __future__ import annotations

import random
from itertools import cycle
from pathlib import Path

from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.tone_convert import to_tone3
from pypinyin.phrases_dict import phrases_dict

READINGS = """
行 xing2 hang2|重 chong2 zhong4|长 chang2 zhang3|乐 le4 yue4|好 hao3 hao4|发 fa1 fa4|为 wei2 wei4|种 zhong3 zhong4|
中 zhong1 zhong4|没 mei2 mo4|相 xiang1 xiang4|调 tiao2 diao4|空 kong1 kong4|藏 cang2 zang4|朝 zhao1 chao2|差 cha1 cha4 chai1|
薄 bo2 bao2|背 bei4 bei1|弹 tan2 dan4|转 zhuan3 zhuan4|将 jiang1 jiang4|看 kan4 kan1|散 san4 san3|少 shao3 shao4|数 shu3 shu4|
曲 qu1 qu3|应 ying1 ying4|干 gan1 gan4|兴 xing1 xing4|供 gong1 gong4|校 xiao4 jiao4|丧 sang1 sang4|当 dang1 dang4|炸 zha2 zha4|
着 zhuo2 zhao2|钻 zuan1 zuan4|铺 pu1 pu4|间 jian1 jian4|露 lu4 lou4|斗 dou3 dou4|切 qie1 qie4|占 zhan1 zhan4|划 hua2 hua4|
横 heng2 heng4|挑 tiao1 tiao3|屏 bing3 ping2|降 jiang4 xiang2|几 ji1 ji3|量 liang2 liang4|还 hai2 huan2|只 zhi3 zhi1|尽 jin4 jin3|
称 cheng1 chen4|冲 chong1 chong4"""
# Words whose reading in the dictionary is doubtful, or is another one in the words' usual sense.
LEFT_OUT = """
还帐 还政 还款 还田 乐句 差失 差官 差等 差误 应天顺时 调弦品竹 转矩 钻井船 钻井队 钻冰取火 钻坚仰高 钻坚研微 钻天觅缝 钻头就锁
钻山塞海 钻心刺骨 钻故纸堆 钻洞觅缝 钻穴逾垣 铺摊子 铺筑 铺谋定计 铺采摛文 铺铺 横加梗阻 斗榫合缝 露刃 曲学诐行 曲学阿世 曲度
曲张 曲意奉迎 曲意承迎 曲意迎合 曲水 曲江 曲池 曲泉 曲泽 曲眉丰颊 曲突移薪 曲肱而枕 曲蟮 切切 切树倒根 切理会心 切理厌心
切理餍心 切近的当 切结 切力效应 占风使帆 划水 只此 发怒冲冠 发怒穿冠 发引千钧 少海 少年老诚 尽其所有 尽多尽少 干名犯义 干干
干干翼翼 干端坤倪 干霄蔽日 干么 弹铗无鱼 挑唇料嘴 挑牙料唇 朝阳丹凤 没衷一是 空房 背子 薄唇轻言 藏医 行行蛇蚓 行道 重岩迭嶂
重睹 重楼 重檐 重茬 重设 重言 重名 重金兼紫 长年三老 长虺成蛇 间奏曲 丧家 供养 兴观群怨 为之语塞 乐山乐水 乐山爱水 好善恶恶
好问 应名点卯 应徵 弹丸脱手 数黄道白 数黑论白 数叨 斗酒双柑 斗水活鳞 校短推长 着边 空当 藏胞 藏袍 调档 还年卻老 丧门 斗箕 称意
转转 露面抛头 丧门神"""
OPENINGS = ("请读", "他写", "我说", "再听")  # please read, he writes, I say, hear again: any word may follow
LONGEST, MOST, RATIO = 4, 30, 1.5


def words(seed: int = 4) -> list[str]:
    """For each character and reading up to MOST words, the frequent reading no more than RATIO times as many as the rare one."""
    left_out, found = set(LEFT_OUT.split()), []
    for character, *readings in (item.split() for item in READINGS.split("|")):
        lists = [[word for word in phrases_dict if word[0] == character and usable(word) and word not in left_out
                  and reading_of(word)[0] == reading] for reading in readings]  # fmt: skip
        most = min(MOST, round(RATIO * min(map(len, lists))))
        for reading, group in zip(readings, lists, strict=True):
            draw = random.Random(f"{seed} {character} {reading}")  # one for each list: a word left out changes no other list
            found += draw.sample(group, min(most, len(group)))
    return sorted(found)


def usable(word: str) -> bool:
    """Two to four characters, one reading each; no 一 or 不, since the dictionary writes their change of tone only at times."""
    return 2 <= len(word) <= LONGEST and len(phrases_dict[word]) == len(word) and not set(word) & set("一不")


def reading_of(word: str) -> list[str]:
    """Pinyin with the number of the tone, 5 for none; `v` stands for ü."""
    return [to_tone3(choices[0], neutral_tone_with_five=True) for choices in phrases_dict[word]]


def rows() -> list[tuple[str, str, str]]:
    """(phrase, readings, positions); the first position is where the word begins, the others are more such characters in it."""
    polyphones, openings = {item.split()[0] for item in READINGS.split("|")}, cycle(OPENINGS)
    found = []
    for word in words():
        for opening in ("", next(openings), next(openings)):
            sounds = lazy_pinyin(opening, style=Style.TONE)
            spoken = [to_tone3(sound, neutral_tone_with_five=True) for sound in sounds] + reading_of(word)
            positions = [len(opening) + index for index, character in enumerate(word) if character in polyphones]
            found.append((opening + word, " ".join(spoken), " ".join(map(str, positions))))
    return found


if __name__ == "__main__":
    lines = ["\t".join(row) for row in [("phrase", "readings", "positions"), *rows()]]
    Path(__file__).with_name("readings.tsv").write_bytes(("\n".join(lines) + "\n").encode())
