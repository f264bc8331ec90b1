"""To whom digital violence can be reported: a route for each country, and one that holds anywhere."""

from functools import cache
from typing import Final

from pydantic import Field

from core.content import files
from core.content.files import Content, Part, Words

KIND: Final = "reporting_routes"
LATEST: Final = 1


class Station(Part):
    title: Words
    help: Words


class Route(Part):
    stations: tuple[Station, ...] = Field(alias="station", min_length=1)
    title: Words
    source: Words


class ReportingRoutes(Content):
    version: int = Field(ge=1)
    routes: tuple[Route, ...] = Field(alias="route", min_length=1)
    #: What stands above every route.
    note: Words

    def route(self, route_id: str) -> Route:
        """The route of a country; where there is none, the one that holds anywhere."""
        return next((route for route in self.routes if route.id == route_id), self.routes[0])


@cache
def load(version: int = LATEST, language: str = files.ENGLISH) -> ReportingRoutes:
    """The routes as the product ships them."""
    return files.read(ReportingRoutes, KIND, version, language)
