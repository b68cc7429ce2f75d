"""What goes wrong around a sandbox: between grades and where they are kept. By the line of the catalogue."""

AROUND = {
    109: ("a grade that arrives twice", "test_around.py"),
    110: ("a grader that is killed; a disk that is full or closed", "test_crash.py` and `test_full_disk.py"),
    111: ("a grade of an older submission that arrives after the newer one's", "test_around.py"),
    112: ("the rounding of another machine", "test_around.py"),
    114: ("a port of the grader's machine", "test_around.py"),
}
NOT_HERE = {
    108: "Grades go from a process to its parent on one machine and to the disk; no other worker sends any.",
    113: "There is no worker on another machine.",
    115: "Copied work is not looked for, as said above.",
    116: "How often a student hands in is for whoever collects to bound, as said above.",
}
