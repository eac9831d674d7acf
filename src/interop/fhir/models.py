"""A resource as an object of fhir.resources, for embedders who work with its classes.

That library has R4B, R5 and STU3, no R4: R4B is the nearest, and `R4B_DIFFERENCES` says where it is another thing. The
object is a view: the check of a resource is `interop.fhir.check`. Importing it costs a quarter of a second: late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interop.errors import UsageError
from interop.fhir.definitions import is_resource
from interop.fhir.r4b import R4B_ABSENT, R4B_DIFFERENCES

if TYPE_CHECKING:
    from fhir_core.fhirabstractmodel import FHIRAbstractModel

__all__ = ["R4B_ABSENT", "R4B_DIFFERENCES", "model"]


def model(resource: dict[str, Any]) -> FHIRAbstractModel:
    """The R4B model object of a resource.

    Args:
        resource: As parsed JSON. A decimal keeps its zeros only as a `decimal.Decimal`.

    Raises:
        UsageError: not a resource type of R4, one that R4B has no class for, or a content that the class refuses; the
            text names the places, never a value.
    """
    name = resource.get("resourceType")
    if not isinstance(name, str) or not is_resource(name):
        raise UsageError("not a resource of R4: no such resourceType")
    if name in R4B_ABSENT:
        raise UsageError(f"fhir.resources has no class for {name}: R4B dropped this type")

    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    try:
        return get_fhir_model_class(name).model_validate(resource)
    except ValidationError as error:
        places = sorted({".".join(map(str, (name, *found["loc"]))) for found in error.errors(include_input=False)})
    except KeyError:  # that library's own, of a type that it does not know
        places = ["a resource inside of it"]
    raise UsageError(f"fhir.resources refuses this {name} at {', '.join(places)}")
