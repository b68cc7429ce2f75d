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


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, p = cache
    dz = np.where(True, da_next - da_next * a_next * a_next, 0.0)
    return dict(
        dxt=np.einsum("ax,am->xm", p["Wax"], dz),
        da_prev=np.einsum("ab,am->bm", p["Waa"], dz),
        dWax=np.einsum("am,xm->ax", dz, xt),
        dWaa=np.einsum("am,bm->ab", dz, a_prev),
        dba=dz.sum(1)[:, None],
    )


def rnn_backward(da, caches):
    steps, x = caches
    carried, collected = 0, []
    for t in range(x.shape[2] - 1, -1, -1):
        one = rnn_cell_backward(da[..., t] + carried, steps[t])
        carried = one["da_prev"]
        collected.insert(0, one)
    total = {key: np.sum([one[key] for one in collected], axis=0) for key in ("dWax", "dWaa", "dba")}
    return {"dx": np.stack([one["dxt"] for one in collected], axis=2), "da0": carried, **total}
