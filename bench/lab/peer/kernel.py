# The licensing queue and the smuggling routes, in SimPy.
#
# Applications are filed in the morning, officers work at a quarter of the day, and on the evening of a
# month's last day the office counts and the market clears. Times are in days.

import math

import simpy

GENERAL_LINE = 1
NOON, EVENING = 0.25, 0.5
DEAREST, HALVINGS = 64.0, 26


class Batch:
    __slots__ = ("day", "cohort", "chips", "general")

    def __init__(self, day, cohort, chips, general):
        self.day, self.cohort, self.chips, self.general = day, cohort, chips, general


class Cohort:
    __slots__ = ("left", "taken", "amount")

    def __init__(self, amount):
        self.left, self.taken, self.amount = 0.0, 0.0, amount


class Line:
    def __init__(self, env):
        self.waiting = simpy.Store(env)
        self.cohorts = []


class Route:
    def __init__(self, apt, open_):
        self.apt, self.open, self.paid = apt, open_, 0.0
        self.capacity = self.shells = self.seized_of_late = 0.0
        self.detected = self.flow = 0.0


class Kernel:
    def __init__(self, knobs, routes, months):
        self.knobs, self.months = knobs, months
        self.env = simpy.Environment()
        self.lines = [Line(self.env) for _ in months[0].amounts]
        self.routes = [Route(*route) for route in routes]
        self.closed = self.env.event()
        self.told = {
            name: []
            for name in (
                "waiting_chips", "waiting_other", "amounts_waiting", "licensed",
                "days_chips", "days_other", "premium", "flows",
            )
        }

    def run(self):
        self.env.process(self.office())
        for at, line in enumerate(self.lines):
            self.env.process(self.applicants(at, line))
        self.env.process(self.officers())
        self.env.process(self.market())
        for at, route in enumerate(self.routes):
            self.env.process(self.trafficker(at, route))
        self.env.run()
        return self.told

    def applicants(self, at, line):
        today = 0
        for month in self.months:
            for day in month.days:
                chips = day.chips[at]
                general = day.general if at == GENERAL_LINE else 0.0
                cohort = line.cohorts[-1]
                cohort.left += chips
                if chips + general > 0.0:
                    yield line.waiting.put(Batch(today, cohort, chips, general))
                today += 1
                yield self.env.timeout(1)

    def officers(self):
        fair, each = self.knobs.licensing_fair, self.knobs.licensing_chip_work
        today = 0
        yield self.env.timeout(NOON)
        for month in self.months:
            for day in month.days:
                needs = [
                    sum([batch.chips * each + batch.general for batch in line.waiting.items])
                    for line in self.lines
                ]
                left, total = day.done, sum(needs)
                if total > 0.0 and fair > 0.0:
                    for line, need in zip(self.lines, needs):
                        share = day.done * fair * need / total
                        left -= share - (yield from self.serve(line, share, today))
                for line in self.lines:
                    left = yield from self.serve(line, left, today)
                today += 1
                yield self.env.timeout(1)

    def serve(self, line, work, today):
        each, waiting = self.knobs.licensing_chip_work, line.waiting
        while work > 0.0 and waiting.items:
            batch = waiting.items[0]
            needed = batch.chips * each + batch.general
            share = 1.0 if needed <= work else work / needed
            work = max(work - needed, 0.0)
            chips, general = batch.chips * share, batch.general * share
            days = today - batch.day
            self.chips_taken += chips
            self.chips_days += chips * days
            self.general_taken += general
            self.general_days += general * days
            batch.cohort.taken += chips
            batch.chips -= chips
            batch.general -= general
            if share >= 1.0:
                yield waiting.get()
        return work

    def office(self):
        for month in self.months:
            self.begin(month)
            yield self.env.timeout(len(month.days) - (EVENING if self.env.now == 0 else 0))
            self.end()

    def begin(self, month):
        stays = 1.0 - self.knobs.licensing_gives_up
        for line, amount in zip(self.lines, month.amounts):
            for batch in line.waiting.items:
                batch.chips *= stays
            for cohort in line.cohorts:
                cohort.left *= stays
                cohort.amount *= stays
            line.cohorts.append(Cohort(amount))
        self.chips_taken = self.chips_days = self.general_taken = self.general_days = 0.0

    def end(self):
        licensed = 0.0
        for line in self.lines:
            for cohort in line.cohorts:
                if cohort.taken > 0.0:
                    share = min(cohort.taken / cohort.left, 1.0)
                    licensed += cohort.amount * share
                    cohort.amount *= 1.0 - share
                    cohort.left = max(cohort.left - cohort.taken, 0.0)
                    cohort.taken = 0.0
            batches = line.waiting.items
            oldest = line.cohorts.index(batches[0].cohort) if batches else len(line.cohorts)
            licensed += sum(cohort.amount for cohort in line.cohorts[:oldest])
            del line.cohorts[:oldest]
        batches = [batch for line in self.lines for batch in line.waiting.items]
        told = self.told
        told["waiting_chips"].append(sum(batch.chips for batch in batches))
        told["waiting_other"].append(sum(batch.general for batch in batches))
        told["amounts_waiting"].append(sum(c.amount for line in self.lines for c in line.cohorts))
        told["licensed"].append(licensed)
        told["days_chips"].append(self.chips_days / self.chips_taken if self.chips_taken else 0.0)
        told["days_other"].append(self.general_days / self.general_taken if self.general_taken else 0.0)

    def market(self):
        for month in self.months:
            yield self.env.timeout(len(month.days) - (EVENING if self.env.now == 0 else 0))
            self.enforce(month)
            premium = self.clear(month.wish, month.had)
            self.told["premium"].append(premium)
            self.told["flows"].append([route.flow for route in self.routes])
            closed, self.closed = self.closed, self.env.event()
            closed.succeed((month, premium))

    def enforce(self, month):
        knobs = self.knobs
        apt = sum(route.apt for route in self.routes)
        seized = sum(route.seized_of_late for route in self.routes)
        reference, spread = knobs.grey_reference_flow, knobs.enforcement_spread
        force = -2.0 * math.log(1.0 - min(knobs.grey_detection, 0.999999)) * reference
        for route, watched in zip(self.routes, month.watched):
            by_apt = route.apt / apt if apt > 0.0 else 0.0
            by_seized = route.seized_of_late / seized if seized > 0.0 else by_apt
            effort = month.effort * watched * (spread * by_apt + (1.0 - spread) * by_seized)
            flows = route.flow + reference * by_apt
            route.detected = 1.0 - math.exp(-force * effort / flows) if flows > 0.0 else 0.0

    def clear(self, wish, had):
        knobs, exp = self.knobs, math.exp
        elasticity, sharpness = knobs.demand_elasticity, knobs.grey_sharpness
        offers = [
            (r.capacity * (1.0 - r.detected), knobs.grey_cost + r.detected * knobs.grey_loss)
            for r in self.routes
            if r.open and r.capacity > 0.0
        ]

        def arrives(premium):
            return sum([n / (1.0 + exp(-sharpness * (premium - cost))) for n, cost in offers])

        wanted, at_nothing = max(wish - had, 0.0), arrives(0.0)
        if wanted <= at_nothing:
            self.set_flows(0.0, wanted / at_nothing if at_nothing > 0.0 else 0.0)
            return 0.0
        low, high = 0.0, DEAREST
        if elasticity > 0.0 and had > 0.0:
            high = max(min(high, (wish / had) ** (1.0 / elasticity) - 1.0), 1e-9)
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            if max(wish * (1.0 + middle) ** -elasticity - had, 0.0) > arrives(middle):
                low = middle
            else:
                high = middle
        self.set_flows(high, 1.0)
        return high

    def set_flows(self, premium, share):
        for route in self.routes:
            pays = self.pays(self.margin(route, premium))
            route.flow = share * route.capacity * pays if route.open else 0.0

    def margin(self, route, premium):
        return premium - self.knobs.grey_cost - route.detected * self.knobs.grey_loss

    def pays(self, margin):
        return 1.0 / (1.0 + math.exp(-self.knobs.grey_sharpness * margin))

    def trafficker(self, at, route):
        knobs = self.knobs
        while True:
            month, premium = yield self.closed
            room, below, limit = month.rooms[at]
            seized = route.flow * route.detected
            route.seized_of_late += (seized - route.seized_of_late) / max(knobs.enforcement_lag, 1.0)
            margin = self.margin(route, premium)
            if not route.open and route.apt > 0.0:
                route.paid = route.paid + 1.0 if margin > 0.0 and room + below > 0.0 else 0.0
                route.open = route.paid >= knobs.grey_set_up
            carried = self.cut_up(route, below, limit * knobs.shells_fill, margin * month.price)
            target = (room + carried) * self.pays(margin) if route.open else 0.0
            grows = target > route.capacity
            slow = knobs.grey_grows_in if grows else knobs.grey_shrinks_in
            route.capacity += (target - route.capacity) / max(slow, 1.0)

    def cut_up(self, route, below, each, gain):
        knobs = self.knobs
        route.shells -= route.shells * knobs.shells_linked / 12.0
        if below <= 0.0 or each <= 0.0 or not route.open:
            route.shells -= route.shells / 12.0
            return 0.0
        if gain * each * 1000.0 > knobs.shells_cost:
            needed = 12.0 * below / each
            route.shells += min(max(needed - route.shells, 0.0), knobs.shells_new)
        else:
            route.shells -= route.shells / 12.0
        return min(route.shells * each / 12.0, below)
