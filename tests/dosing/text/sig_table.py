"""Sigs and what they say, written by hand. None: must stay unread.

The notation of :func:`describe`: an instruction is its dose, then how often ("3/1d": three times in
one day, "1/4-6h": once every four to six hours, "<=3/1d": up to three times), "@" times of the day,
"on" days of the week, "for" a length in days, "dur" the length of one administration, "count",
"prn", "max" and "max1" (at one time), then the route. ";" is side by side, "2:" a second step.
After "|": "stops", "unsure".
"""

from __future__ import annotations

from fractions import Fraction

from orderlint.dosing.model import Amount, Instruction, Repeat
from orderlint.dosing.text import Sig


def _span(low: Fraction | None, high: Fraction | None) -> str:
    if low is None:
        return f"<={high}"
    return f"{low}" if high is None or low == high else f"{low}-{high}"


def _amount(amount: Amount) -> str:
    return _span(amount.low, amount.high) + (f" {amount.unit}" if amount.unit else "")


def _repeat(r: Repeat) -> list[str]:
    out: list[str] = []
    if r.period is not None:
        often = _span(r.frequency, r.frequency_max or r.frequency)
        out.append(f"{often}/{_span(r.period, r.period_max)}{r.period_unit}")
    if r.when:
        out.append("@" + ",".join(r.when))
    if r.time_of_day:
        out.append("@" + ",".join(time.removesuffix(":00") for time in r.time_of_day))
    if r.day_of_week:
        out.append("on " + ",".join(r.day_of_week))
    if r.bounds_days:
        out.append("for " + _span(*r.bounds_days))
    if r.duration_unit:
        out.append(f"dur {_span(r.duration, r.duration_max)}{r.duration_unit}")
    if r.count:
        out.append(f"count {r.count}")
    return out


def _instruction(i: Instruction) -> str:
    out: list[str] = []
    for each in i.doses:
        if each.dose is not None:
            out.append(_amount(each.dose))
        elif each.rate is not None:
            assert not isinstance(each.rate, Amount)
            over = each.rate.denominator
            out.append(f"rate {_amount(each.rate.numerator)}/{over.high}{over.unit}")
    if i.timing is not None and i.timing.repeat is not None:
        out += _repeat(i.timing.repeat)
    if i.as_needed:
        out.append("prn")
    out += [f"max {_amount(m.numerator)}/{m.denominator.high}{m.denominator.unit}" for m in i.max_per_period]
    if i.max_per_administration is not None:
        out.append(f"max1 {_amount(i.max_per_administration)}")
    if i.route:
        out.append(i.route)
    return " ".join(out)


def describe(sig: Sig | None) -> str | None:
    """A sig in the notation of this module."""
    if sig is None:
        return None
    parts: list[str] = []
    before: int | None = 1
    for i in sig.instructions:
        parts.append(f"{i.sequence}: " if i.sequence not in (None, before) else ("; " if parts else ""))
        parts.append(_instruction(i) + " ")
        before = i.sequence or before
    flags = [name for name, on in (("stops", sig.stops), ("unsure", not sig.sure)) if on]
    return "".join(parts).replace(" ; ", "; ").strip() + (" | " + " ".join(flags) if flags else "")


READ: dict[str, str] = {
    # ------------------------------------------------ dose and how often
    "take 1 tablet by mouth three times a day": "1 {tablet} 3/1d oral",
    "TAKE ONE TABLET BY MOUTH EVERY DAY": "1 {tablet} 1/1d oral",
    "10 mg TID": "10 mg 3/1d",
    "10mg tid": "10 mg 3/1d",
    "10 mg t.i.d.": "10 mg 3/1d",
    "10 Mg Three Times A Day": "10 mg 3/1d",
    "po 10 mg tid": "10 mg 3/1d oral",
    "10 mg per os tid": "10 mg 3/1d oral",
    "every 8 hours 10 mg": "10 mg 1/8h",
    "three times a day": "3/1d",
    "5 ml q.d.s.": "5 mL 4/1d",
    "5 mL QID": "5 mL 4/1d",
    "1 tab bd": "1 {tablet} 2/1d",
    "1 tab t.d.s. p.c.": "1 {tablet} 3/1d @PC",
    "2 caps qid": "2 {capsule} 4/1d",
    "1 tab OD": "1 {tablet} 1/1d",
    "1 tab qod": "1 {tablet} 1/2d",
    "10 mg every other day": "10 mg 1/2d",
    "10 mg on alternate days": "10 mg 1/2d",
    "10 mg every second day": "10 mg 1/2d",
    "10 mg every third day": "10 mg 1/3d",
    "10 mg q3d": "10 mg 1/3d",
    "10 mg q48h": "10 mg 1/48h",
    "10 mg every 72 hours": "10 mg 1/72h",
    "10 mg once weekly": "10 mg 1/1wk",
    "10 mg weekly": "10 mg 1/1wk",
    "10 mg twice a week": "10 mg 2/1wk",
    "1 tablet 3 times a week": "1 {tablet} 3/1wk",
    "1 tablet thrice weekly": "1 {tablet} 3/1wk",
    "10 mg every 2 weeks": "10 mg 1/2wk",
    "10 mg fortnightly": "10 mg 1/2wk",
    "1 tablet once a month": "1 {tablet} 1/1mo",
    "10 mg q8h": "10 mg 1/8h",
    "10 mg q 8 h": "10 mg 1/8h",
    "10 mg q8hr": "10 mg 1/8h",
    "10 mg q8°": "10 mg 1/8h",
    "10 mg every 6 to 8 hours": "10 mg 1/6-8h",
    "10 mg every 6-8 hours": "10 mg 1/6-8h",
    "1 tab 6-hourly": "1 {tablet} 1/6h",
    "1 tab 4-6 hourly": "1 {tablet} 1/4-6h",
    "6-hourly": "1/6h",
    "10 mg 3x daily": "10 mg 3/1d",
    "10 mg 3 x daily": "10 mg 3/1d",
    "3x/day 10 mg": "10 mg 3/1d",
    "10 mg 2-3 times a day": "10 mg 2-3/1d",
    "10 mg two to three times daily": "10 mg 2-3/1d",
    "10 mg once or twice daily": "10 mg 1-2/1d",
    "1 tablet up to three times a day": "1 {tablet} <=3/1d",
    "1 tablet 3 times in 24 hours": "1 {tablet} 3/24h",
    "one tablet one time daily": "1 {tablet} 1/1d",
    "1 tablet three times per day": "1 {tablet} 3/1d",
    # ------------------------------------------------ numbers
    "two tablets twice daily": "2 {tablet} 2/1d",
    "ten mg three times daily": "10 mg 3/1d",
    "FOUR (4) tablets daily": "4 {tablet} 1/1d",
    "½ tab bid": "1/2 {tablet} 2/1d",
    "¼ tablet at night": "1/4 {tablet} 1/1d @NIGHT",
    "1¼ tabs bid": "5/4 {tablet} 2/1d",
    "1 1/2 tabs bid": "3/2 {tablet} 2/1d",
    "1 and 1/2 tabs daily": "3/2 {tablet} 1/1d",
    "one and a half tablets bid": "3/2 {tablet} 2/1d",
    "take one-half tablet twice daily": "1/2 {tablet} 2/1d",
    "take half a tablet twice daily": "1/2 {tablet} 2/1d",
    "take a half tablet twice daily": "1/2 {tablet} 2/1d",
    "3/4 tab qd": "3/4 {tablet} 1/1d",
    "take a tablet daily": "1 {tablet} 1/1d",
    "take 1/2 to 1 tablet twice daily": "1/2-1 {tablet} 2/1d",
    "1 or 2 tablets at night": "1-2 {tablet} 1/1d @NIGHT",
    "one to two capsules at night": "1-2 {capsule} 1/1d @NIGHT",
    "1–2 puffs qid": "1-2 {puff} 4/1d",
    "2.5-5 mg po tid": "5/2-5 mg 3/1d oral",
    "2.5 mg to 5 mg po tid": "5/2-5 mg 3/1d oral",
    "0,5 mg bid": "1/2 mg 2/1d",
    "1,5 mg bid": "3/2 mg 2/1d",
    "0.125 mg bid": "1/8 mg 2/1d",
    ".5 mg bid": "1/2 mg 2/1d",
    "10.0 mg bid": "10 mg 2/1d",
    "up to 2 tablets every 6 hours": "<=2 {tablet} 1/6h",
    # ------------------------------------------------ units
    "50 µg daily": "50 ug 1/1d",
    "50 μg daily": "50 ug 1/1d",
    "50 mcg daily": "50 ug 1/1d",
    "1 g bid": "1 g 2/1d",
    "10 units before lunch": "10 U 1/1d @ACD",
    "20 mEq daily": "20 meq 1/1d",
    "Two sprays twice daily": "2 {spray} 2/1d",
    "1 drop bid in right eye": "1 [drp] 2/1d",
    "one 5ml spoonful to be taken every SIX hours": "5 mL 1/6h",
    "5 mg/kg q8h": "5 mg/kg 1/8h",
    "5 mg/kg/dose q8h": "5 mg/kg 1/8h",
    "75 mg/m² once daily": "75 mg/m2 1/1d",
    # ------------------------------------------------ the same dose twice
    "Take 5 mg (1/2 tablet) by mouth every 8 hours as needed for spasms": "5 mg 1/8h prn oral",
    "10 mg (10 mL) TID": "10 mg 3/1d",
    "10 mL (10 mg) TID": "10 mg 3/1d",
    "10 mg (2 tablets) three times daily": "10 mg 3/1d",
    "take 1 tablet (5 mg) TID": "5 mg 3/1d",
    "take 1-2 tablets (5-10 mg) TID": "5-10 mg 3/1d",
    "take 2 tablets (20 mg total) by mouth daily": "20 mg 1/1d oral",
    "two 10 mg tablets BID": "20 mg 2/1d",
    "2 x 10 mg tablets BID": "20 mg 2/1d",
    "1 x 10mg tablet twice a day": "10 mg 2/1d",
    "one 10-mg tablet BID": "10 mg 2/1d",
    # ------------------------------------------------ times of the day
    "10 mg at bedtime": "10 mg 1/1d @HS",
    "10 mg qhs": "10 mg 1/1d @HS",
    "10 mg nightly": "10 mg 1/1d @NIGHT",
    "1 tab every day in the morning and at bedtime": "1 {tablet} 2/1d @MORN,HS",
    "10 mg twice daily in the morning and at night": "10 mg 2/1d @MORN,NIGHT",
    "10 mg morning, noon and night": "10 mg 3/1d @MORN,NOON,NIGHT",
    "1 tab AM/PM": "1 {tablet} 2/1d @MORN,EVE",
    "10 mg with breakfast": "10 mg 1/1d @CM",
    "10 mg with meals": "10 mg @C",
    "10 mg three times a day before meals": "10 mg 3/1d @AC",
    "1 tab before meals and at bedtime": "1 {tablet} @AC; 1 {tablet} 1/1d @HS",
    "1 tab four times a day before meals and at bedtime": "1 {tablet} 4/1d",
    "1 tablet by mouth daily in the morning before breakfast": "1 {tablet} 1/1d @MORN oral",
    "10 mg at 08:00, 14:00 and 20:00": "10 mg 3/1d @08:00,14:00,20:00",
    "10 mg TID at 08:00, 14:00 and 20:00": "10 mg 3/1d @08:00,14:00,20:00",
    "2 tablets at 8:30 pm": "2 {tablet} 1/1d @20:30",
    "80 mg at 8am and 40 mg at 2pm for 5 days": "80 mg 1/1d @08:00 for 5; 40 mg 1/1d @14:00 for 5 | stops",
    "1 tab QAM and 2 tabs QHS": "1 {tablet} 1/1d @MORN; 2 {tablet} 1/1d @HS",
    "1 tablet in the morning and 2 at night": "1 {tablet} 1/1d @MORN; 2 {tablet} 1/1d @NIGHT",
    "1 tab mane, 2 tabs nocte": "1 {tablet} 1/1d @MORN; 2 {tablet} 1/1d @NIGHT",
    "10 mg in the morning, 5 mg at noon and 10 mg at night": (
        "10 mg 1/1d @MORN; 5 mg 1/1d @NOON; 10 mg 1/1d @NIGHT"
    ),
    "1 tab TID and HS": "1 {tablet} 3/1d; 1 {tablet} 1/1d @HS",
    "1 tab bid plus 1 tab at bedtime": "1 {tablet} 2/1d; 1 {tablet} 1/1d @HS",
    "1 tab tid and take 2 at bedtime": "1 {tablet} 3/1d; 2 {tablet} 1/1d @HS",
    # ------------------------------------------------ a number that counts dose forms
    "1 bid": "1 2/1d",
    "1 tds": "1 3/1d",
    "one tds": "1 3/1d",
    "1/2 tds": "1/2 3/1d",
    "take 1 at 8 am": "1 1/1d @08:00",
    "take one three times a day": "1 3/1d",
    "Take three tds": "3 3/1d",
    "ONE to be taken THREE times a day": "1 3/1d",
    "Three to be taken three times a day": "3 3/1d",
    "3 to be taken three times a day": "3 3/1d",
    "EIGHT to be taken each morning": "8 1/1d @MORN",
    "One or two to be taken four times a day": "1-2 4/1d",
    "One to be taken each morning and two at night": "1 1/1d @MORN; 2 1/1d @NIGHT",
    "One to be taken four times a day when required, max 4 in 24 hours": "1 4/1d prn max 4/24h",
    # ------------------------------------------------ a day's schedule
    "1-0-1-0": "1 2/1d @MORN,EVE",
    "1-1-1": "1 3/1d @MORN,NOON,EVE",
    "0-0-0-1": "1 1/1d @NIGHT",
    "½-0-½-0": "1/2 2/1d @MORN,EVE",
    "0,5-0-0,5-0": "1/2 2/1d @MORN,EVE",
    "1-0-2": "1 1/1d @MORN; 2 1/1d @EVE",
    "1-0-1 Tabletten": "1 {tablet} 2/1d @MORN,EVE",
    "1-0-1-0 bei Bedarf": "1 2/1d @MORN,EVE prn",
    "1-0-1 for 7 days": "1 2/1d @MORN,EVE for 7 | stops",
    # ------------------------------------------------ days of the week
    "10 mg Mon/Wed/Fri": "10 mg 1/1d on mon,wed,fri",
    "10 mg on Monday, Wednesday and Friday": "10 mg 1/1d on mon,wed,fri",
    "10 mg three times a week on Mon, Wed and Fri": "10 mg 3/1wk on mon,wed,fri",
    "10 mg every Monday": "10 mg 1/1d on mon",
    "10 mg twice daily on weekdays": "10 mg 2/1d on mon,tue,wed,thu,fri",
    "10 mg daily Monday to Friday": "10 mg 1/1d on mon,tue,wed,thu,fri",
    "5 mg on Mon and 2.5 mg on Tue": "5 mg 1/1d on mon; 5/2 mg 1/1d on tue",
    # ------------------------------------------------ as needed, limits
    "1-2 tabs po q4-6h prn, max 8/day": "1-2 {tablet} 1/4-6h prn max 8 {tablet}/1d oral",
    "1-2 tabs po q4-6h prn pain (max: 8 tabs/24h)": "1-2 {tablet} 1/4-6h prn max 8 {tablet}/24h oral",
    "PRN max 4 tablets in 24 hours": "prn max 4 {tablet}/24h",
    "10 mg q8h as required": "10 mg 1/8h prn",
    "take 1 tablet TID if needed": "1 {tablet} 3/1d prn",
    "10 mg PO TID PRN muscle spasm or pain": "10 mg 3/1d prn oral",
    "10 mg 3 (three) times daily as needed (muscle spasms).": "10 mg 3/1d prn",
    "1 tab q4h prn, up to 6 per day": "1 {tablet} 1/4h prn max 6 {tablet}/1d",
    "1 tab q6h prn max 4 times a day": "1 {tablet} 1/6h prn max 4 {tablet}/1d",
    "1-2 tabs q6h prn max 4 doses in 24 hours": "1-2 {tablet} 1/6h prn max 8 {tablet}/24h",
    "1 tablet as needed, at most 3 times a day": "1 {tablet} <=3/1d prn",
    "10 mg q6h prn (max 80 mg/day)": "10 mg 1/6h prn max 80 mg/1d",
    "10 mg q6h prn, max daily dose 80 mg": "10 mg 1/6h prn max 80 mg/1d",
    "5 mg/kg q8h (max 400 mg per dose)": "5 mg/kg 1/8h max1 400 mg",
    "do not take more than 3 tablets a day": "max 3 {tablet}/1d",
    "not to exceed 80 mg/day": "max 80 mg/1d",
    "Take 2 tablets every 6 hours as needed for pain. Do not take more than 8 tablets in 24 hours.": (
        "2 {tablet} 1/6h prn max 8 {tablet}/24h"
    ),
    "2 tabs prn": "2 {tablet} prn | unsure",
    # ------------------------------------------------ rates, totals, division
    "20 mg/day": "rate 20 mg/1d",
    "20 mg per day": "rate 20 mg/1d",
    "one tablet a day": "1 {tablet} 1/1d",
    "0.5-1 mg/kg/day": "rate 1/2-1 mg/kg/1d",
    "4 mcg/kg/min": "rate 4 ug/kg/1min",
    "100 mL/hr for 4 hours": "rate 100 mL/1h dur 4h",
    "20 mg/day in 2 divided doses": "10 mg 2/1d",
    "20 mg/day divided BID": "10 mg 2/1d",
    "20 mg divided BID": "10 mg 2/1d",
    "20 mg daily in 2 divided doses": "10 mg 2/1d",
    "10 mg per day divided into 2 doses": "5 mg 2/1d",
    "20-30 mg/day in 2 divided doses": "10-15 mg 2/1d",
    "6 mg/kg/day divided q8h": "2 mg/kg 1/8h",
    "20 mg/day in divided doses": "rate 20 mg/1d",
    "20 mg daily in 2-4 divided doses": "rate 20 mg/1d",
    "20 mg/day at bedtime": "20 mg 1/1d @HS",
    # ------------------------------------------------ lengths
    "two tablets twice daily for 5 days": "2 {tablet} 2/1d for 5 | stops",
    "10 mg tid x7d": "10 mg 3/1d for 7 | stops",
    "10 mg tid x 5/7": "10 mg 3/1d for 5 | stops",
    "10 mg tid x 2/52": "10 mg 3/1d for 14 | stops",
    "10 mg tid for a week": "10 mg 3/1d for 7 | stops",
    "10 mg tid for 1 month": "10 mg 3/1d for 28-31 | stops",
    "10 mg tid for up to 10 days": "10 mg 3/1d for <=10 | stops",
    "10 mg tid for 10-14 days": "10 mg 3/1d for 10-14 | stops",
    "10 mg q6h for 48 hours": "10 mg 1/6h for 2 | stops",
    "10 mg tid for spasms for 7 days": "10 mg 3/1d for 7 | stops",
    "10 mg TID, stop after 7 days": "10 mg 3/1d for 7 | stops",
    "10 mg TID x 3 doses": "10 mg 3/1d count 3 | stops",
    "10 mg stat": "10 mg count 1 | stops",
    "10 mg once only": "10 mg count 1 | stops",
    "take 4 tablets as a single dose": "4 {tablet} count 1 | stops",
    "10 mg x1": "10 mg count 1 | stops",
    "500 mg IV q6h over 30 minutes": "500 mg 1/6h dur 30min intravenous",
    "1 tablet Orally Three times a day 30 day(s)": "1 {tablet} 3/1d for 30 oral | stops",
    "1 tablet Orally Once a day 2 week(s).": "1 {tablet} 1/1d for 14 oral | stops",
    # ------------------------------------------------ patches
    "Place 1 patch onto the skin daily. Remove & discard patch within 12 hours or as directed by MD": (
        "1 {patch} 1/1d dur <=12h"
    ),
    "Apply 1 patch to skin daily. Remove patch after 12 hours": "1 {patch} 1/1d dur 12h topical",
    "apply 1 patch for up to 12 hours in 24": "1 {patch} 1/1d dur <=12h",
    "apply up to 3 patches for up to 12 hours within a 24-hour period": "<=3 {patch} 1/1d dur <=12h",
    "apply 1 patch daily, 12 hours on, 12 hours off": "1 {patch} 1/1d dur 12h",
    "Apply 1 patch daily for 12 hours then remove": "1 {patch} 1/1d dur 12h",
    "Apply 1 patch to skin daily. Remove after 12 hours.": "1 {patch} 1/1d dur 12h topical",
    "1 patch every 72 hours": "1 {patch} 1/72h",
    # ------------------------------------------------ steps
    "10 mg TID x 7 days then 5 mg TID x 7 days then stop": "10 mg 3/1d for 7 2: 5 mg 3/1d for 7 | stops",
    "5 mg TID x 3 days then increase to 10 mg TID": "5 mg 3/1d for 3 2: 10 mg 3/1d",
    "300 mg daily x 1 day, then BID x 1 day, then TID": (
        "300 mg 1/1d for 1 2: 300 mg 2/1d for 1 3: 300 mg 3/1d"
    ),
    "10 mg at bedtime for 1 week, increase by 10 mg weekly to 30 mg": (
        "10 mg 1/1d @HS for 7 2: 20 mg 1/1d @HS for 7 3: 30 mg 1/1d @HS"
    ),
    "30 mg at bedtime for 1 week, decrease by 10 mg weekly until off": (
        "30 mg 1/1d @HS for 7 2: 20 mg 1/1d @HS for 7 3: 10 mg 1/1d @HS for 7 | stops"
    ),
    "Week 1: 5 mg TID, week 2: 10 mg TID, week 3 onwards: 15 mg TID": (
        "5 mg 3/1d for 7 2: 10 mg 3/1d for 7 3: 15 mg 3/1d"
    ),
    "days 1-3: 5 mg TID; days 4-6: 10 mg TID; then stop": "5 mg 3/1d for 3 2: 10 mg 3/1d for 3 | stops",
    "2 tabs now then 1 tab q4h prn": "2 {tablet} count 1 2: 1 {tablet} 1/4h prn",
    "10 mg TID then stop": "10 mg 3/1d | stops",
    "10 mg TID then 5 mg TID": "10 mg 3/1d 2: 5 mg 3/1d",
    "5 mg at night for one week then 5 mg twice daily for one week then 5 mg three times daily": (
        "5 mg 1/1d @NIGHT for 7 2: 5 mg 2/1d for 7 3: 5 mg 3/1d"
    ),
    # ------------------------------------------------ around the dose
    "Qwertol 10 mg tablet: take 1 tablet TID": "1 {tablet} 3/1d",
    "Qwertol 10 mg/5 mL suspension: give 5 mL TID": "5 mL 3/1d",
    "Qwertol 5% patch: apply 1 patch daily for 12 hours": "1 {patch} 1/1d dur 12h",
    "One tablet to be taken three times a day": "1 {tablet} 3/1d",
    "Take ONE tablet TWICE a day with food": "1 {tablet} 2/1d",
    "Take one tablet three times a day as needed for muscle spasms. May cause drowsiness.": (
        "1 {tablet} 3/1d prn"
    ),
    "Inject 5 units subcutaneously before each meal": "5 U @AC injection",
    "apply twice daily to affected area": "2/1d topical",
    "10 milligram - 5 times a day - Oral": "10 mg 5/1d oral",
    "10 mg, Oral, TID, # 90 tab": "10 mg 3/1d oral",
    "10 mg, Oral, TID, # 90 tab, 3 Refill(s)": "10 mg 3/1d oral",
    # ------------------------------------------------ read, but not sure
    "1-2 puffs": "1-2 {puff} | unsure",
    "1 tab": "1 {tablet} | unsure",
    "20 tablets": "20 {tablet} | unsure",
    "take 1 tab": "1 {tablet}",
    "0.5 bid": "1/2 2/1d | unsure",
    "1 bid as directed": "1 2/1d | unsure",
    "Take one tablet daily as directed": "1 {tablet} 1/1d | unsure",
}

UNREAD: tuple[str, ...] = (
    "",
    "   ",
    "taper as directed",
    "as directed",
    "use as needed",
    "sliding scale",
    "do not take",
    "do not take 1 tablet daily",
    "Never take 1 tablet TID",
    "stop",
    "then stop",
    "discontinue 10 mg tid",
    "10 mg tid, discontinue",
    "hold 1 tab daily",
    "take with food",
    "for 7 days",
    # numbers with two meanings
    "10.000 mg daily",
    "1,000 mg bid",
    "1.250 mg bid",
    "05 mg bid",
    "1.5.2 mg tid",
    "-5 mg bid",
    "~5 mg bid",
    ">5 mg bid",
    "about 5 mg bid",
    "0 mg bid",
    "1e9 mg bid",
    "999999999999999999999 mg bid",
    "٣ tab bid",
    "1/day",
    "1 d",
    "1/2/2020",
    "5.mg bid",
    "5/325 mg q6h",
    "three (2) tablets bid",
    "2-1 tabs bid",
    "1-1/2 tabs bid",
    "10U bid",
    "5 TID",
    "five TID",
    "5 to be taken daily",
    "12 to be taken daily",
    "twelve to be taken daily",
    "300 to be taken three times a day",
    # two doses, or a strength?
    "100 mg-200 mg",
    "100 mg-200 mg daily",
    "10 mg tablet BID",
    "Qwertol 10 mg TID",
    "Qwertol 10 mg tablet 1 tab TID",
    "Mostly, take 2 tablets TID",
    "take 2 tablets (10 mg) daily",
    "take 1/2 tablet (5 mg) TID",
    "take 1-2 tablets (5 mg) TID",
    "10 mg (5 mg) TID",
    "10 mg/5 mL TID",
    "5 mL (10 mg/5 mL) TID",
    "10 mg TID - 1 tablet",
    "10 mg TID 20 mg BID",
    "10 mg TID, 5 mg TID",
    "10 mg daily x 3 days, 20 mg daily x 3 days",
    "10 mg in the morning and 2 at night",
    "10 mg tid for 7 days and 5 mg tid for 7 days",
    "10 mg tid for 7 days and 5 mg bid for 7 days",
    "10 mg tid and 5 mg tid",
    "5 mg qam x 7 days and 10 mg qhs",
    "20 tablets. 1 tablet twice a day",
    "10 mg TID (15 mg/day)",
    "1 drop in each eye bid",
    "1 drop in eyes bid",
    "2x1",
    # frequencies that clash or are none
    "1 tablet BID TID",
    "twice daily at bedtime",
    "10 mg once daily in the morning and at night",
    "10 mg BID at 08:00, 14:00 and 20:00",
    "1 tab three times a day with meals and at bedtime",
    "10 mg twice a week on Mon, Wed and Fri",
    "10 mg every 4 hours while awake",
    "10 mg biweekly",
    "10 mg BID or TID",
    "10 mg 2 - 3 times a day",
    "20 mg/day BID",
    "20 mg BID in divided doses",
    "2 hourly",
    "1 drop OD",
    "apply od",
    "1 am and 2 pm",
    "10 mg for 5 days every month",
    "10 mg daily except Sunday",
    "10 mg on dialysis days",
    "1 tab now and then",
    # schedules that may be tapers or milligrams
    "3-2-1",
    "1-2-3",
    "20-0-20",
    "10-0-10 mg",
    "0-0-0",
    "2020-01-02",
    # conditions, changes, negations
    "take 1 tab daily unless dizzy",
    "If pain, take 1 tablet TID",
    "1 tab daily, may repeat once",
    "1 tab q6h prn pain, may repeat in 1 hour",
    "1 tab bid and as needed",
    "2 tabs bid and 1 tab prn",
    "1 tab TID for pain, gradually lower",
    "1 tab TID for pain, tapr to zero",
    "10 mg TID to effect",
    "start 5 mg TID, titrate",
    "5 mg three times daily; increase slowly as tolerated",
    "10 mg TID until finished",
    # limits
    "max 80 mg",
    "10 mg q6h prn max 8",
    "10 mg q6h prn max 8/day",
    "2 tabs TID max 1 tab/day",
    # steps
    "10 mg TID for 7 days then 5 mg",
    "increase to 20 mg TID",
    "5 mg TID x 3 days then increase to 2 mg TID",
    "10 mg TID for 1 week, increase by 10 mg weekly to 30 mg",
    "10 mg daily for 3 days, increase by 10 mg weekly to 80 mg",
    "10 mg daily for 1 week, increase by 10 mg weekly to 25 mg",
    "week 1: 5 mg TID, week 3: 10 mg TID then stop",
    "week 1: 5 mg TID, week 2: 10 mg TID",
    "take 2 tablets on day 1, then 1 tablet daily for 4 days",
    # lengths
    "10 mg tid 7 days",
    "10 mg tid x 3",
    "10 mg tid for 10 hours",
    "1 tablet tid 30 day(s) 2",
    "Apply 1 patch daily. Remove & discard patch",
    "Apply 1 patch daily. Remove patch after 3 days",
    "Apply 1 patch daily. Remove patch within 12 hours unless told otherwise",
    "1 tablet tid, or as directed by MD",
    # not sigs
    "<b>1 tab</b> bid",
    "1 tab bid \x1b[31m",
    "1 tab bid 🙂",
    "{'dose': '1 tab'}",
    "1 tab bid #28",
    "# 90 tab",
    "10 mg # 90 tab",
    "10 mg TID # 90 tab 20 mg",
    "10 mg TID # 90 mg",
    "see the notes of 12 May",
)
