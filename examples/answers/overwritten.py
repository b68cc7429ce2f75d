"""The right gradients, at the cost of the caller's own array."""


def rnn_backward(da, caches, activation="tanh"):
    cell_caches, x = caches
    parameters = cell_caches[0][3]
    gradients = {"dx": np.zeros(x.shape), "da0": None}
    for key in ("Wax", "Waa", "ba"):
        gradients["d" + key] = np.zeros(parameters[key].shape)
    for t in reversed(range(x.shape[2])):
        step = rnn_cell_backward(da[:, :, t], cell_caches[t], activation)
        gradients["dx"][:, :, t] = step["dxt"]
        for key in ("dWax", "dWaa", "dba"):
            gradients[key] += step[key]
        if t > 0:
            da[:, :, t - 1] += step["da_prev"]
        else:
            gradients["da0"] = step["da_prev"]
    return gradients
