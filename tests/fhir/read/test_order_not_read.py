"""What is not read of an order is an element that FHIR has, and has a reason."""

import pytest

from orderlint.fhir.read.order import NOT_READ


@pytest.mark.parametrize("element", NOT_READ)
def test_every_element_that_is_not_read_is_one_of_fhir(element: str) -> None:
    from fhir.resources.R4B.medicationrequest import MedicationRequest, MedicationRequestDispenseRequest

    model = MedicationRequestDispenseRequest if element.startswith("dispenseRequest.") else MedicationRequest
    names = {field.alias for field in model.model_fields.values()}
    assert element.rpartition(".")[2] in names
    assert NOT_READ[element]
