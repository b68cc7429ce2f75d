"""Right, in another hand: einsum, a flat loop over entries, gradients gathered first and added up once."""


def numerical_gradient(f, x, epsilon=1e-6):
    slopes = []
    for k in range(x.size):
        bump = np.zeros(x.size)
        bump[k] = epsilon
        bump = bump.reshape(x.shape)
        slopes.append((f(x + bump) - f(x - bump)) / 2 / epsilon)
    return np.array(slopes).reshape(x.shape)


def softmax_cross_entropy_backward(y_pred, y):
    dz = y_pred.copy()
    dz -= y
    dz /= y.shape[1]
    return dz


def output_backward(dz, a, parameters):
    return {
        "dWya": sum(dz[:, :, t] @ a[:, :, t].T for t in range(dz.shape[2])),
        "dby": dz.sum(axis=2).sum(axis=1, keepdims=True),
        "da": np.tensordot(parameters["Wya"].T, dz, axes=1),
    }


def rnn_cell_backward(da_next, cache, activation="tanh"):
    a_next, a_prev, xt, p = cache
    dz = da_next - da_next * a_next * a_next if activation == "tanh" else np.where(a_next == 0, 0.0, da_next)
    return dict(
        dxt=np.einsum("ax,am->xm", p["Wax"], dz),
        da_prev=np.einsum("ab,am->bm", p["Waa"], dz),
        dWax=np.einsum("am,xm->ax", dz, xt),
        dWaa=np.einsum("am,bm->ab", dz, a_prev),
        dba=dz.sum(1)[:, None],
    )


def rnn_backward(da, caches, activation="tanh"):
    steps, x = caches
    carried, collected = 0, []
    for t in range(x.shape[2] - 1, -1, -1):
        one = rnn_cell_backward(da[..., t] + carried, steps[t], activation)
        carried = one["da_prev"]
        collected.insert(0, one)
    total = {key: np.sum([one[key] for one in collected], axis=0) for key in ("dWax", "dWaa", "dba")}
    return {"dx": np.stack([one["dxt"] for one in collected], axis=2), "da0": carried, **total}


def gradient_check(f, gradient, x, epsilon=1e-6):
    measured = numerical_gradient(f, x, epsilon)
    lengths = np.linalg.norm(gradient) + np.linalg.norm(measured)
    return 0.0 if lengths == 0 else np.linalg.norm(gradient - measured) / lengths


def rnn_backward_truncated(da, caches, steps, activation="tanh"):
    memory, x = caches
    parameters = memory[0][3]
    gradients = {"dx": np.zeros(x.shape)}
    for key in ("Wax", "Waa", "ba"):
        gradients["d" + key] = np.zeros(parameters[key].shape)
    carried = 0
    for t in range(x.shape[2] - 1, -1, -1):
        if (t + 1) % steps == 0:
            carried = 0
        one = rnn_cell_backward(da[:, :, t] + carried, memory[t], activation)
        carried = one["da_prev"]
        gradients["dx"][:, :, t] = one["dxt"]
        for key in ("dWax", "dWaa", "dba"):
            gradients[key] += one[key]
    return {**gradients, "da0": carried}
