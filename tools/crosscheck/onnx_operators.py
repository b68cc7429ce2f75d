"""The model answers beside the ONNX operators as ONNX Runtime computes them, in float32: forward only, there is no way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from solutions import reference
from solutions.reference import conventions, gru, lstm, peephole_lstm
from solutions.reference.reset_after_gru import PARAMETERS as RESET_AFTER
from solutions.reference.reset_after_gru import reset_after_gru_forward
from solutions.reference.rnn import PARAMETERS as RNN
from tools.crosscheck.compared import Compared, compared, drawn

NETWORKS = (
    ("RNN, tanh", "rnn", RNN, reference.rnn_forward, "RNN", {}),
    ("LSTM", "lstm", lstm.PARAMETERS, reference.lstm_forward, "LSTM", {}),
    ("LSTM with peepholes", "lstm", peephole_lstm.PARAMETERS, reference.peephole_lstm_forward, "LSTM", {}),
    ("GRU, reset before the product", "gru", gru.PARAMETERS, reference.gru_forward, "GRU", {"linear_before_reset": 0}),
    ("GRU, reset after the product", "reset_after_gru", RESET_AFTER, reset_after_gru_forward, "GRU", {"linear_before_reset": 1}),
)  # fmt: skip  # a table


def comparisons() -> Iterator[Compared]:
    """All of them, one after the other."""
    for network, kind, shapes, forward, operator, attributes in NETWORKS:
        n = drawn({"x": "n_x m T_x", "state": "n_a m", "parameters": shapes})
        ours = forward(n["x"], n["state"], n["parameters"])[0]
        theirs = run(operator, conventions.to_onnx(kind, [n["parameters"]]), n["x"], n["state"], attributes)
        told = "".join(f", {name}={value}" for name, value in attributes.items())
        yield compared(network, f"onnx {operator}{told}", {"states": (ours, theirs)}, "float32")


def run(operator: str, weights: dict[str, Any], x: Any, state: Any, attributes: dict[str, int]) -> Any:
    """The states of one operator, a memory of zeros before the first step."""
    feed = {"X": conventions.to_time_major(x), **weights, "initial_h": state.T[np.newaxis]}
    if operator == "LSTM":
        feed["initial_c"] = np.zeros_like(feed["initial_h"])
    feed = {name: value.astype(np.float32) for name, value in feed.items()}
    places = ["X", "W", "R", "B", "", "initial_h"] + (["initial_c", "P" if "P" in feed else ""] if operator == "LSTM" else [])
    node = helper.make_node(operator, places, ["Y"], hidden_size=state.shape[0], **attributes)
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape) for name, value in feed.items()]
    outputs = [helper.make_tensor_value_info("Y", TensorProto.FLOAT, ["T", "directions", "m", "n_a"])]
    model = helper.make_model(helper.make_graph([node], operator, inputs, outputs), opset_imports=[helper.make_opsetid("", 14)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    (Y,) = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, feed)
    return conventions.from_time_major(Y[:, 0])
