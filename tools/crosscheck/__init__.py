"""Do other libraries agree? The model answers beside PyTorch, Keras and ONNX Runtime, forward and every gradient."""
