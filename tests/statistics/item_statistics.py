"""Item statistics by numpy, independent of src/items/analysis.rs, whose test compares with what this writes.

    python3 tests/statistics/item_statistics.py            reads the CSV files here, writes statistics.json
    python3 tests/statistics/item_statistics.py --draw     draws the CSV files anew (fixed seed) before that

A row is a candidate, a column an item; its head is `name:key`, the key one digit for each option (1 is right).
A cell is empty where the item was not presented, `-` where it was left blank, else `share:options` (places, with `|`).
"""

import csv
import json
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).parent
SETS = ("complete", "drawn")


def draw(name, rng, candidates, items, presented):
    """Answers by a one-parameter logistic model; item 1 has its key reversed, option 3 of item 2 attracts nobody."""
    ability = rng.normal(size=candidates)
    hard = np.linspace(-1.5, 1.5, items)
    keys = [f"{1 << int(rng.integers(4)):04b}" if item % 3 else "1100" for item in range(items)]
    rows = []
    for candidate in range(candidates):
        chosen = set(rng.choice(items, presented, replace=False))
        row = []
        for item in range(items):
            strength = (ability[candidate] - hard[item]) * (-1 if item == 1 else 1)
            right = [place for place, digit in enumerate(keys[item]) if digit == "1"]
            wrong = [place for place, digit in enumerate(keys[item]) if digit == "0"]
            if item == 2:
                wrong = wrong[:-1]
            knows = rng.random(len(right)) < 1 / (1 + np.exp(-strength))
            options = [place for place, known in zip(right, knows) if known]
            options += [int(rng.choice(wrong)) for known in knows[:1] if not known]
            if item not in chosen:
                row.append("")
            elif rng.random() < 0.04:
                row.append("-")
            else:
                hits = sum(place in right for place in options)
                share = max(0, hits - (len(options) - hits)) / len(right)
                row.append(f"{share!r}:{'|'.join(map(str, sorted(options)))}")
        rows.append(row)
    with open(HERE / f"{name}.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([f"item-{item}:{key}" for item, key in enumerate(keys)])
        writer.writerows(rows)


def correlation(a, b):
    return float(np.corrcoef(a, b)[0, 1]) if len(a) > 1 and np.ptp(a) > 0 and np.ptp(b) > 0 else None


def statistics(name):
    with open(HERE / f"{name}.csv", newline="") as file:
        head, *rows = list(csv.reader(file))
    keys = [column.split(":")[1] for column in head]
    share = np.array([[np.nan if cell == "" else 0.0 if cell == "-" else float(cell.split(":")[0]) for cell in row] for row in rows])
    picked = np.array([[[str(option) in cell.partition(":")[2].split("|") for option in range(4)] for cell in row] for row in rows])
    blank = np.array([[cell == "-" for cell in row] for row in rows])
    means = np.nanmean(share, axis=1)
    items = []
    for item, key in enumerate(keys):
        there = ~np.isnan(share[:, item])
        rest = np.nanmean(np.delete(share, item, axis=1), axis=1)
        rank = np.flatnonzero(there)[np.argsort(-means[there], kind="stable")]
        size = max(1, int(np.floor(0.27 * len(rank) + 0.5)))
        items.append({
            "n": int(there.sum()),
            "facility": float(np.nanmean(share[:, item])),
            "discrimination": correlation(share[there, item], rest[there]),
            "blank": float(blank[there, item].mean()),
            "options": [
                {"all": float(picked[rank, item, option].mean()), "upper": float(picked[rank[:size], item, option].mean()),
                 "lower": float(picked[rank[-size:], item, option].mean())}
                for option in range(len(key))
            ],
        })
    totals = np.nansum(share, axis=1)
    masked = np.ma.masked_invalid(share)
    if masked.mask.any():
        # Covariances of two items over the candidates who met both, about the means of those candidates.
        covariances = []
        for i in range(share.shape[1]):
            for j in range(i):
                both = ~np.isnan(share[:, i]) & ~np.isnan(share[:, j])
                covariances.append(np.cov(share[both, i], share[both, j])[0, 1])
        k = (~np.isnan(share)).sum(axis=1).mean()
        variance, covariance = np.nanvar(share, axis=0, ddof=1).mean(), np.mean(covariances)
        alpha = k * covariance / (variance + (k - 1) * covariance)
    else:
        k = share.shape[1]
        alpha = k / (k - 1) * (1 - share.var(axis=0, ddof=1).sum() / totals.var(ddof=1))
    deviation = totals.std(ddof=1)
    paper = {"n": len(rows), "mean": float(totals.mean()), "deviation": float(deviation), "alpha": float(alpha), "error": float(deviation * np.sqrt(1 - alpha))}
    return {"items": items, "paper": paper}


if __name__ == "__main__":
    if "--draw" in sys.argv:
        rng = np.random.default_rng(20261126)
        draw("complete", rng, candidates=61, items=12, presented=12)
        draw("drawn", rng, candidates=90, items=20, presented=9)
    (HERE / "statistics.json").write_text(json.dumps({name: statistics(name) for name in SETS}, indent=1) + "\n")
