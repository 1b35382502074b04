"""Written words that ask for care of the kidneys, and words that deny that they matter or let all in."""

from __future__ import annotations

import time

import pytest

from orderlint.fhir.read.guard_sense import minds
from orderlint.terminology.table import rows

EFFECTS = {"adjusts", "minds", "matters", "permits", "denies", "limits", "amount"}

CARE = [
    "Avoid if eGFR < 30",
    "Do not use in renal impairment",
    "not for patients on dialysis",
    "reduce dose in renal impairment; no adjustment needed above 60 mL/min",
    "Reduce dose in renal impairment, no adjustment needed above 60 mL/min",
    "Check eGFR",
    "Check creatinine before starting",
    "Not in renal impairment (eGFR below 60): ask the pharmacy",
    "10 mg three times daily; 5 mg twice daily in renal impairment, avoid on dialysis",
    "Tell us if you have kidney disease: you may need less",
    "Adjust to renal function",
    "Pharmacy to dose-adjust for CrCl < 60.",
    "No dose adjustment if eGFR > 60",
    "No dose adjustment if CrCl ≥ 60 mL/min",
    "Usual dose in normal renal function",
    "May be used in renal impairment with caution",
    "May be used in dialysis at half dose",
    "Safe unless on dialysis",
    "Not safe in renal impairment",
    "May not be used in dialysis",
    "Cannot be used on dialysis",
    "Should not be given to patients with renal failure",
    "Not recommended in CKD",
    "Don't use if you have kidney disease",
    "Do not start without a recent creatinine",
    "Never start without a recent eGFR",
    "Do not forget to adjust for renal function",
    "Contraindicated in severe renal impairment",
    "Not suitable for patients on dialysis",
    "Avoid alcohol. Halve the dose in renal impairment.",
    "Safe in mild renal impairment; avoid in severe renal impairment",
    "No adjustment in hepatic impairment, reduce in renal impairment",
    "Kidney function: 5 mg once a day below 30",
    "On dialysis, avoid",
    "No adjustment, except on dialysis",
    "Renal impairment: at most 5 mg twice a day",
    "May cause drowsiness. Ask about kidney disease.",
    "Do not exceed 10 mg a day in renal impairment",
    "Dose by creatinine clearance",
    "Half the usual dose in renal impairment",
    "No more than 5 mg in CKD",
    "ask about your kidneys",
    "Stop if eGFR falls below 30",
    "May be used in renal impairment, but reduce the dose",
    "Do not stop monitoring kidney function",
    "May cause drowsiness, reduce in renal impairment",
    "Better avoided in renal impairment",
    "Safety in renal impairment not established",
    "Dialysis: avoid",
    "Eliminated by the kidneys",
    "Avoid unless eGFR is above 60",
    "Safe in hepatic impairment; avoid in CKD",
    "No need to adjust for age, but halve in renal impairment",
    "Recommended dose in renal impairment: 5 mg once daily",
    "5 mg three times daily. If eGFR <30 or dialysis: do not use. eGFR 30-59: 5 mg BID; avoid if age 65+.",
    "Renal: reduce dose",
    "If on dialysis give after the session only",
    "Use with care in kidney disease",
    "Take less if your kidneys do not work well",
    "Start low in renal impairment",
    "Renal impairment - start at 2.5 mg",
    "Dose interval 12 h if CrCl 30-60",
    "Patients with renal failure must not take this",
    "Must not be taken with kidney failure",
    "Nephrology to approve before use in CKD",
    "Hold if creatinine rises",
    "CKD 3: 5 mg BD. CKD 4-5: do not give.",
    "CKD 3: 5 mg BD max; may be used without adjustment in CKD 1-2",
    "No adjustment for CrCl > 60; CrCl 30-60 half dose; CrCl < 30 avoid",
    "This medicine is removed by the kidneys. Lower doses may be needed.",
    "Lower doses may be needed in kidney disease",
    "Ensure eGFR is above 60 before giving",
    "Give only if eGFR > 60",
    "Safe only if eGFR above 60",
    "Not to exceed 5 mg BID in CKD",
    "avoid in ESRD",
    "Monitor renal function",
    "Renal function monitoring required",
    "Renal function must be checked",
    "Requires renal dose adjustment",
    "Renal dose adjustment required.",
    "Dose adjustment needed for renal impairment",
    "Do not give without checking kidney function",
    "Don't increase in renal impairment",
    "Kidney disease? Tell your doctor",
    "Can be used in renal impairment at reduced dose",
    "May be given on dialysis only on specialist advice",
    "There is no safe dose in dialysis",
    "No safe dose on dialysis",
    "Not safe or suitable for dialysis patients",
    "Toxic in renal impairment",
    "Neurotoxicity with normal doses in renal failure",
    "Encephalopathy reported on dialysis",
    "Usual dose is too high in renal impairment",
    "Normal dose must be halved in renal impairment",
    "Full dose only with normal renal function",
    "Unlike other relaxants, not safer in renal impairment",
    "Caution: renal impairment",
    "Caution - CKD",
    "Reduce dose by 50% (eGFR 30-60)",
    "The dose is adjusted to renal function by pharmacy",
    "Reduced dose in renal impairment, standard dose otherwise",
]
NO_CARE = [
    "Better safety profile in patients with renal impairment compared to other relaxants",
    "No renal adjustment required",
    "No renal adjustment required.",
    "5 mg TID. No renal adjustment required.",
    "May be used in dialysis",
    "Kidney function need not be checked",
    "Kidney function needn't be checked",
    "May cause kidney stones",
    "5 mg three times daily. Safe in renal impairment, no adjustment needed.",
    "No dose adjustment is necessary in renal impairment",
    "Dose adjustment is not necessary in patients with impaired renal function",
    "No need to reduce the dose in renal impairment",
    "No need to monitor creatinine",
    "Renal function monitoring is not needed",
    "Renal dosing not required",
    "Does not require renal dose adjustment",
    "Renal adjustment: not required",
    "Renal adjustment, not required",
    "Renal adjustment - not required",
    "Can be used in CKD",
    "Can be given regardless of renal function",
    "Irrespective of kidney function",
    "Safe in CKD",
    "Safer in renal impairment than other relaxants",
    "Suitable for patients on dialysis",
    "Well tolerated in renal impairment",
    "Preferred in renal impairment",
    "Usual dose in renal impairment",
    "In renal impairment, no adjustment",
    "In renal failure no dose reduction is needed",
    "Do not adjust for renal function",
    "Don't adjust the dose for kidney function",
    "Without dose adjustment in dialysis",
    "Not contraindicated in renal impairment",
    "No precautions in kidney disease",
    "May cause kidney damage",
    "Not renally cleared",
    "5 mg TID even in renal impairment",
    "Full dose despite renal impairment",
    "Reduce in liver disease, safe in renal impairment",
    "Avoid alcohol, safe in renal impairment",
    "Avoid alcohol. May be used on dialysis.",
    "No caution needed in CKD",
    "Dialysis is not a contraindication",
    "Never mind, no renal monitoring",
    "Safe in reduced renal function",
    "Ignore renal function",
    "No restrictions in renal impairment",
    "Doses above 5 mg may be used in dialysis",
    "Renal impairment does not affect dosing",
    "Patients with kidney disease can take the usual dose",
    "Monitor for sedation; no adjustment for eGFR",
    "eGFR need not be known",
    "No special precautions in renal impairment",
    "Excellent choice in renal impairment",
    "Good option in renal failure",
    "Indicated in patients with renal impairment",
    "Works well in CKD",
    "Not nephrotoxic",
    "Not toxic to the kidneys",
    "Does not harm the kidneys",
    "Kidney friendly",
    "No renal toxicity",
    "No dose reduction for dialysis patients",
    "Renally safe",
    "Renal function: no adjustment",
    "Renal: no change",
    "Renal impairment: none required",
    "eGFR: N/A",
    "Give regardless of eGFR",
    "Fine for kidney patients",
    "No dosage adjustment is provided for renal impairment",
    "No renal dosing",
    "No renal dose adjustments",
    "Renal dose adjustment is unnecessary",
    "There is no need for renal dose adjustment",
    "It is not necessary to check kidney function",
    "You do not have to check creatinine",
    "Do not check creatinine",
    "Creatinine does not need to be checked",
    "Do not worry about kidney function",
    "Kidney function is not relevant",
    "Kidney disease does not matter",
    "You can take it if you have kidney disease",
    "You may take this medicine with kidney disease",
    "Use as normal in CKD",
    "Give as usual in renal impairment",
    "Minimal renal excretion",
    "Also for patients on dialysis",
    "Approved for dialysis patients",
    "Effective in dialysis patients",
    "Use freely in CKD",
    "May be used in patients with eGFR below 30",
    "OK in dialysis",
    "OK on dialysis",
    "Safe and effective in renal impairment",
    "Very safe in renal impairment",
    "Lower risk in renal impairment",
    "Lower risk in renal impairment than other relaxants",
    "Less risk of toxicity in renal impairment than with other relaxants",
    "Fewer problems in kidney disease",
    "Better in renal impairment",
    "Better tolerated in CKD than other relaxants",
    "Dose need not be changed for renal function",
    "Continue in renal impairment",
    "Kidney function not a factor",
    "Renal impairment is no reason to withhold",
]


@pytest.mark.parametrize("text", CARE)
def test_words_that_ask_for_care(text: str) -> None:
    assert minds(text, "renal")


@pytest.mark.parametrize("text", NO_CARE)
def test_words_that_deny_or_permit(text: str) -> None:
    assert not minds(text, "renal")


@pytest.mark.parametrize("text", NO_CARE)
def test_one_sentence_that_asks_is_enough(text: str) -> None:
    assert minds(f"{text}. Halve the dose if eGFR is below 60.", "renal")
    assert minds(f"Avoid on dialysis; {text}", "renal")


def test_what_does_not_speak_of_the_kidneys_asks_for_nothing() -> None:
    assert not minds("Halve the dose in the elderly. Reduce in liver disease", "renal")
    assert not minds("", "renal")


@pytest.mark.parametrize(
    "text", ["renal. " * 50_000, "no renal adjustment, " * 50_000, "renal " + "not " * 200_000]
)
def test_long_texts_take_no_long_time(text: str) -> None:
    start = time.perf_counter()
    minds(text, "renal")
    assert time.perf_counter() - start < 2


def test_the_table() -> None:
    table = rows("guard_senses")
    assert {effect for _, effect, _ in table} == EFFECTS
    phrases = [phrase for phrase, _, _ in table]
    assert len(phrases) == len(set(phrases))
    assert all(phrase == " ".join(phrase.lower().split()) for phrase in phrases)
