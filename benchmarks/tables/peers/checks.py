"""Checks of the peers that are written here: the spline flow's density and inverse, the tree synthesiser's leaves. One line of JSON."""
import json, math
import numpy as np
import torch
import cart
import spline_flow

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def shaken(columns, size):
    """A flow away from the identity that it begins as."""
    torch.manual_seed(columns)
    flow = spline_flow.SplineFlow(columns, layers=3, hidden=16, seed=1)
    for parameter in flow.parameters():
        parameter.data += size * torch.randn_like(parameter)
    return flow.eval()


def integral(columns, points, reach=14.0):
    grid = torch.linspace(-reach, reach, points)
    at = grid[:, None] if columns == 1 else torch.cartesian_prod(grid, grid)
    return shaken(columns, 0.1).log_prob(at).exp().sum().item() * (grid[1] - grid[0]).item() ** columns


def round_trip(columns):
    flow, z = shaken(columns, 0.1), 2 * torch.randn(500, columns)
    return (flow.transform(flow.transform(z, True), False) - z).abs().max().item()


def against_jacobian(columns):
    """The largest difference from the change of variables with the Jacobian by automatic differentiation."""
    flow, x = shaken(columns, 0.1), 2 * torch.randn(5, columns)
    slopes = [torch.autograd.functional.jacobian(lambda v: flow.transform(v[None], False)[0], row) for row in x]
    logs = torch.stack([torch.linalg.slogdet(slope)[1] for slope in slopes])
    wanted = logs - 0.5 * (flow.transform(x, False) ** 2).sum(1) - columns / 2 * math.log(2 * math.pi)
    return (flow.log_prob(x) - wanted).abs().max().item()


def learnt():
    """Nats by which a flow trained on a ring falls short of the ring's own log-density, and of the best Gaussian's."""
    random = np.random.default_rng(0)

    def ring(count):
        radius, angle = 1 + 0.1 * random.standard_normal(count), 2 * np.pi * random.random(count)
        points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)
        return torch.tensor(points), torch.tensor(-0.5 * ((radius - 1) / 0.1) ** 2 - np.log(0.1 * np.sqrt(2 * np.pi) * 2 * np.pi * radius))

    (rows, _), (fresh, truth) = ring(2000), ring(2000)
    torch.manual_seed(0)
    flow = spline_flow.SplineFlow(2, layers=2, hidden=32, dropout=0.0)
    spline_flow.train(flow, rows, steps=100, batch=256, rate=5e-3, seed=0)
    with torch.no_grad():
        found = flow.log_prob(fresh).mean().item()
    gaussian = -0.5 * (fresh**2).sum(1).mean().item() / 0.505 - math.log(2 * math.pi * 0.505)
    return truth.mean().item() - found, truth.mean().item() - gaussian


def trees():
    """On a table whose second column is a step of the first and whose third is a coin: shares of rows that keep the step, and of heads; values not in the table."""
    random = np.random.default_rng(1)
    first = random.random(2000)
    table = np.stack([first, np.floor(4 * first) + 0.01 * random.random(2000), random.random(2000) < 0.3], 1)
    columns = cart.fit(table, 0)
    rows = cart.draw(table, columns, 4000, random)
    foreign = [int((~np.isin(rows[:, j], table[:, j])).sum()) for j in range(3)]
    sizes = [int(leaves.sizes[leaves.sizes > 0].min()) for leaves in columns]
    return {'step': float((np.floor(rows[:, 1]) == np.floor(4 * rows[:, 0])).mean()), 'heads': float(rows[:, 2].mean()), 'headsOfTable': float(table[:, 2].mean()),
            'foreign': foreign, 'smallestLeaf': min(sizes)}


if __name__ == '__main__':
    short = learnt()
    with torch.no_grad():
        found = {'integrals': [integral(1, 8001), integral(2, 601)], 'roundTrip': max(round_trip(1), round_trip(2), round_trip(5))}
    print(json.dumps({**found, 'jacobian': against_jacobian(4), 'short': short[0], 'gaussianShort': short[1], 'trees': trees()}))
