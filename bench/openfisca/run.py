"""The decision in OpenFisca-core: answers and timing for the orders of a CSV file.

Usage: run.py ORDERS.csv ANSWERS.csv

Prints `name<TAB>nanoseconds per decision` lines, median over rounds.
"""

import csv
import statistics
import sys
import time

import numpy
from openfisca_core import entities, simulation_builder, taxbenefitsystems
from openfisca_core.periods import DateUnit
from openfisca_core.variables import Variable

PARTNERS = "AU BE CA DK FI FR DE IE IT JP NL NZ NO KR ES SE TW GB US".split()
MACAU_D5 = "MO AF BY CD CF CN CU ER HT IQ IR KH KP LB LY MM NI RU SD SO SS SY VE ZW".split()
D1 = "AM AZ BY CN GE IQ KG KH KP KZ LA LY MD MM MN MO NI RU TJ TM UZ VE VN YE".split()
D4 = "AE BH BY CN EG IL IQ IR JO KP KW LB LY MO OM PK QA RU SA SY VE YE".split()
A5_A6 = (
    "AR AT AU BE BG CA CH CZ DE DK EE ES FI FR GB GR HR HU IE IN IS IT JP KR LT LU LV NL NO NZ "
    "PL PT RO SE SI SK TR AL CY IL MT MX SG TW ZA"
).split()
GATED = sorted((set(D1) | set(D4) | set(MACAU_D5) - {"MO"}) - set(A5_A6))

ANSWERS = [
    "not-controlled",
    "AIA",
    "LPP",
    "presumption-of-denial",
    "presumption-of-approval",
    "policy-of-denial",
]
PERIOD = "2025-06-01"
ACTIVITIES = ["export", "reexport", "transfer"]


def code(country):
    return (ord(country[0]) - 65) * 26 + ord(country[1]) - 65


def membership(countries):
    table = numpy.zeros(26 * 26, dtype=bool)
    table[[code(c) for c in countries]] = True
    return table


IS_PARTNER = membership(PARTNERS)
IS_DENIED = membership(MACAU_D5)
IS_GATED = membership(GATED)

Order = entities.build_entity("order", "orders", "One order", is_person=True)


def variable(name, value_type=int, formula=None):
    parts = {
        "value_type": value_type,
        "entity": Order,
        "definition_period": DateUnit.DAY,
    }
    if formula:
        parts["formula"] = formula
    return type(name, (Variable,), parts)


INPUTS = [
    variable(name, bool if name == "datacenter" else int)
    for name in (
        "tpp", "density_hundredths", "datacenter", "destination", "headquarters", "parent",
        "activity", "amount", "used_lpp", "used_allocation",
    )
]


def controlled(order, period):
    tpp = order("tpp", period)
    dense = order("density_hundredths", period) >= 592
    return (tpp >= 4800) | ((tpp >= 1600) & dense & order("datacenter", period))


def aia(order, period):
    return (
        IS_PARTNER[order("destination", period)]
        & IS_PARTNER[order("headquarters", period)]
        & IS_PARTNER[order("parent", period)]
    )


def denied(order, period):
    return (
        IS_DENIED[order("destination", period)]
        | IS_DENIED[order("headquarters", period)]
        | IS_DENIED[order("parent", period)]
    )


def lpp(order, period):
    within = order("used_lpp", period) + order("amount", period) <= 26_900_000
    moved = order("activity", period) != 2
    gated = IS_GATED[order("destination", period)]
    return within & moved & ~gated & ~order("denied", period)


def touches_partner(order, period):
    return (
        IS_PARTNER[order("destination", period)]
        | IS_PARTNER[order("headquarters", period)]
        | IS_PARTNER[order("parent", period)]
    )


def answer(order, period):
    within = order("used_allocation", period) + order("amount", period) <= 790_000_000
    return numpy.select(
        [
            ~order("controlled", period),
            order("aia", period),
            order("lpp", period),
            order("denied", period),
            order("touches_partner", period) | within,
        ],
        [0, 1, 2, 3, 4],
        5,
    )


FORMULAS = [
    variable(formula.__name__, int if formula is answer else bool, formula)
    for formula in (controlled, aia, denied, lpp, touches_partner, answer)
]


def main(orders_file, answers_file):
    system = taxbenefitsystems.TaxBenefitSystem([Order])
    system.add_variables(*INPUTS, *FORMULAS)
    with open(orders_file, newline="") as file:
        rows = list(csv.DictReader(file))
    read = {
        "datacenter": lambda text: text == "true",
        "activity": ACTIVITIES.index,
        "destination": code,
        "headquarters": code,
        "parent": code,
    }
    columns = {
        v.__name__: numpy.array([read.get(v.__name__, int)(row[v.__name__]) for row in rows])
        for v in INPUTS
    }

    def decide(count, trace):
        builder = simulation_builder.SimulationBuilder()
        simulation = builder.build_default_simulation(system, count)
        simulation.trace = trace
        for name, column in columns.items():
            simulation.set_input(name, PERIOD, column[:count])
        return simulation.calculate("answer", PERIOD)

    found = decide(len(rows), False)
    with open(answers_file, "w") as file:
        file.writelines(ANSWERS[at] + "\n" for at in found)

    def timed(name, count, trace, rounds):
        samples = []
        for _ in range(rounds):
            start = time.perf_counter_ns()
            decide(count, trace)
            samples.append((time.perf_counter_ns() - start) / count)
        low, _, high = statistics.quantiles(samples, n=4)
        print(name, statistics.median(samples), low, high, sep="\t")

    timed("one order", 1, False, 200)
    timed("one order, traced", 1, True, 200)
    timed(f"columns of {len(rows):,}", len(rows), False, 21)
    timed(f"columns of {len(rows):,}, traced", len(rows), True, 21)


if __name__ == "__main__":
    main(*sys.argv[1:])
