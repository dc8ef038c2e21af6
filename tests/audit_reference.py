"""Holds the statistics of the audit against NumPy, SciPy, scikit-learn and statsmodels.

    audit_reference.py statistics CASES.json        what the library found on random data
    audit_reference.py card FOLDER EMB.npy TEXTS TRAIN.npy TRAIN_TEXTS
                                                    a report on real data, recomputed from its rows and the embeddings
"""

import csv
import json
import re
import sys

import numpy as np
import scipy.sparse
import scipy.sparse.linalg
import scipy.stats
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import roc_auc_score
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

checked = 0


def same(what, found, expected, within=1e-9):
    global checked
    checked += 1
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    off = np.max(np.abs(found - expected) / np.maximum(1.0, np.abs(expected)))
    if not off <= within:
        sys.exit(f"{what}: {found} and {expected} differ by {off}")


def statistics(path):
    for case in json.load(open(path)):
        name = f"seed {case['seed']}"
        values, right, other = (np.array(case[k]) for k in ("values", "right", "other"))
        for q, value in case["quantiles"]:
            same(f"{name} quantile {q}", value, np.quantile(values, q))
        same(f"{name} auc", case["auc"], roc_auc_score(right, values))
        same(f"{name} wilson", case["wilson"], proportion_confint(right.sum(), len(right), method="wilson"))
        table = [[np.sum(right & other), np.sum(right & ~other)], [np.sum(~right & other), np.sum(~right & ~other)]]
        same(f"{name} mcnemar counts", case["mcnemar"]["counts"], np.ravel(table))
        same(f"{name} mcnemar", case["mcnemar"]["p"], mcnemar(table, exact=True).pvalue)
        same(f"{name} bh", case["bh"], multipletests(case["p"], method="fdr_bh")[1])
        x = np.column_stack([np.ones(len(values)), values, np.arange(len(values)) % 2])
        clusters = np.array(case["clusters"])
        fit = sm.Logit(right.astype(float), x).fit(
            disp=0, tol=1e-12, cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False}
        )
        same(f"{name} logistic", case["logistic"], fit.params, 1e-6)
        same(f"{name} cluster-robust spread", case["spread"], fit.bse, 1e-5)
        for z, p in case["normal"]:
            same(f"{name} normal tail", p / (2 * scipy.stats.norm.sf(z)), 1.0, 1e-9)


WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def unit_rows(path):
    e = np.load(path).astype(float)
    return e / np.linalg.norm(e, axis=1)[:, None]


def card(folder, embeddings, texts, train, train_texts):
    report = json.load(open(f"{folder}/audit.json"))["card"]
    rows = list(csv.DictReader(open(f"{folder}/rows.csv", newline="")))
    e = unit_rows(embeddings)
    index = {text.strip(): row for row, text in enumerate(json.load(open(texts)))}
    a = np.array([index[r["caption"].strip()] for r in rows])
    b = np.array([index[r["negative"].strip()] for r in rows])
    moved = np.linalg.norm(e[b] - e[a], axis=1)
    rho = np.array([float(r["rho"]) for r in rows])
    same("rho", rho, moved / report["unit"]["distance"], 1e-12)
    captions = np.unique(a)
    rng = np.random.default_rng(0)
    i, j = rng.choice(captions, (2, 200_000))
    unit = np.median(np.linalg.norm(e[i[i != j]] - e[j[i != j]], axis=1))
    same("the unit, from other draws", report["unit"]["distance"], unit, 3e-3)
    operator = np.array([r["operator"] for r in rows])
    folds = np.array([int(r["fold"]) for r in rows])
    groups = np.array([r["group"] for r in rows])
    for group in np.unique(groups):
        if len(set(folds[groups == group])) != 1:
            sys.exit(f"the group {group} is in two folds")
    slices = {(s["by"], s["name"]): s for s in report["slices"]}
    for kind in np.unique(operator):
        if (operator == kind).sum() >= 50:
            same(f"median rho of {kind}", slices["operator", kind]["rho"]["value"], np.median(rho[operator == kind]))
    further = json.load(open(train_texts))
    first = {text.strip(): row for row, text in reversed(list(enumerate(further)))}
    further = {text: row for text, row in first.items() if text not in index}
    ladder(report, slices, rows, e, a, b, operator, folds, list(further), unit_rows(train)[list(further.values())])
    versus(report, rows, operator, groups)
    predictors(report, slices, rows, folds, groups, rho)


def ladder(report, slices, rows, e, a, b, operator, folds, further, more):
    number, place = {}, []
    tokens = {len(e) + row: WORD.findall(text.lower()) for row, text in enumerate(further)}
    for row, (x, y) in enumerate(zip(a, b)):
        tokens[x], tokens[y] = (WORD.findall(rows[row][k].lower()) for k in ("caption", "negative"))
    for text, words in tokens.items():
        place += [(text, number.setdefault(word, len(number))) for word in [None, *words]]
    shape = (len(e) + len(further), len(number))
    s = scipy.sparse.csr_matrix((np.ones(len(place)), np.array(place).T), shape=shape)
    e = np.concatenate([e, more])
    others = np.arange(len(e) - len(further), len(e))
    made = np.zeros((len(a), e.shape[1]))
    off, about = np.zeros(len(a)), np.zeros(len(a))
    for fold in np.unique(folds):
        train, held = np.concatenate([np.unique(a[folds != fold]), others]), folds == fold
        g = Ridge(alpha=report["lambda"], fit_intercept=False, solver="cholesky").fit(s[train].toarray(), e[train]).coef_.T
        made[held] = (s[b[held]] - s[a[held]]) @ g
        off[held] = ((e[a[held]] - s[a[held]] @ g) ** 2).sum(1)
        about[held] = ((e[a[held]] - e[train].mean(0)) ** 2).sum(1)
    d = e[b] - e[a]
    left, all_ = ((d - made) ** 2).sum(1), (d**2).sum(1)
    same("captions' R2", slices["all", "all"]["captions"][0]["value"], 1 - off.sum() / about.sum(), 1e-4)
    for kind in ["swap", "replace", "add"]:
        m = operator == kind
        same(f"R2 of {kind}", slices["operator", kind]["ladder"][0]["value"], 1 - left[m].sum() / all_[m].sum(), 1e-3)
    # The unsupported share over the same features, each by SciPy's conjugate gradients.
    x = s[np.concatenate([np.unique(a), others])]
    gram = (x.T @ x + report["lambda"] * scipy.sparse.identity(x.shape[1])).tocsr()
    for row in range(0, len(a), 331):
        edit = (s[b[row]] - s[a[row]]).toarray().ravel()
        if edit.any():
            solution, info = scipy.sparse.linalg.cg(gram, edit, rtol=1e-10, maxiter=5000)
            if info:
                sys.exit(f"the reference for phi of row {row} is not reached")
            phi = report["lambda"] * edit @ solution / (edit @ edit)
            same(f"phi of row {row}", float(rows[row]["unsupported"]), phi, report["support"]["bound"] + 1e-9)
        elif rows[row]["unsupported"]:
            sys.exit(f"row {row} changes nothing and has a phi")


def versus(report, rows, operator, groups):
    numbers = np.unique(groups, return_inverse=True)[1]
    fates = np.array([r["fate"] for r in rows])
    meaning = np.array([r["meaning"].split()[0] for r in rows])
    for v in report["versus"]:
        one, two = (np.array([int(r[name]) for r in rows]) for name in v["models"])
        by, name = v["slice"]["by"], v["slice"]["name"]
        m = {
            "all": np.full(len(rows), True),
            "operator": operator == name,
            "meaning": meaning == name,
            "fate": np.char.lower(fates) == name,
        }[by]
        if m.sum() < 50:
            continue
        what = f"{v['models'][1]} against {v['models'][0]}, {by} {name}"
        table = [[np.sum(m & (one == p) & (two == q)) for q in (1, 0)] for p in (1, 0)]
        same(f"{what}: counts", v["paired"]["counts"], np.ravel(table))
        same(f"{what}: p / p", np.log(v["paired"]["p"]), np.log(mcnemar(table, exact=True).pvalue), 1e-7)
        same(f"{what}: difference", v["difference"]["value"], (two - one)[m].mean())
        if by == "all":
            # The cluster bootstrap from other draws: as wide as the cluster-robust standard error says.
            spread = sm.OLS((two - one)[m].astype(float), np.ones(m.sum())).fit(
                cov_type="cluster", cov_kwds={"groups": numbers[m], "use_correction": False}
            ).bse[0]
            low, high = v["difference"]["interval"]
            same(f"{what}: width", (high - low) / (2 * 1.959964 * spread), 1.0, 0.25)


def predictors(report, slices, rows, folds, groups, rho):
    name = report["models"][0]["name"]
    right = np.array([int(r[name]) for r in rows])
    accuracy = slices["all", "all"]["accuracy"][0]
    same("accuracy", accuracy["value"], right.mean())
    same("its interval", accuracy["interval"], proportion_confint(right.sum(), len(right), method="wilson"))
    file = np.array([r["file"] for r in rows])
    dummies = np.column_stack([file == k for k in np.unique(file)[1:]]).astype(float)
    gain = next(g for g in report["gains"] if g["model"] == name and g["predictor"] == "rho")

    def held_out(x):
        scores = np.zeros(len(right))
        for fold in np.unique(folds):
            fit = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000).fit(x[folds != fold], right[folds != fold])
            scores[folds == fold] = fit.decision_function(x[folds == fold])
        return roc_auc_score(right, scores)

    base, both = held_out(dummies), held_out(np.column_stack([dummies, rho]))
    same("AUC of the operator", gain["operator"]["value"], base, 1e-3)
    same("gain of rho", gain["gain"]["value"], both - base, 1e-3)
    x = np.column_stack([np.ones(len(right)), dummies, rho])
    numbers = np.unique(groups, return_inverse=True)[1]
    fit = sm.Logit(right, x).fit(disp=0, cov_type="cluster", cov_kwds={"groups": numbers, "use_correction": False})
    odds, (low, high) = gain["odds_ratio"]
    same("odds ratio of rho", odds, np.exp(fit.params[-1]), 1e-4)
    same("its interval", [low, high], np.exp(fit.conf_int()[-1]), 1e-4)


if __name__ == "__main__":
    {"statistics": statistics, "card": card}[sys.argv[1]](*sys.argv[2:])
    print(f"{checked} figures agree with the reference")
