"""A number of steps that only this notebook knows."""

number_of_steps = 7


def rnn_forward(x, a0, parameters, activation="tanh"):
    a = np.zeros((a0.shape[0], x.shape[1], x.shape[2]))
    y_pred = np.zeros((parameters["Wya"].shape[0], x.shape[1], x.shape[2]))
    a_next, memory = a0, []
    for t in range(number_of_steps):
        a_next, y_pred[:, :, t], cache = rnn_cell_forward(x[:, :, t], a_next, parameters, activation)
        a[:, :, t] = a_next
        memory.append(cache)
    return a, y_pred, (memory, x)
