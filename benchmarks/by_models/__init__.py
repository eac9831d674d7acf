"""The same loop with fhir.resources: each resource a pydantic model, serialised by the model."""
