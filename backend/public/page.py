"""The page of the map: colours of facilities by place, one address a view, complete without a script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from babel.numbers import format_decimal
from flask import Blueprint, Flask, Response, make_response, render_template, request

from backend.public import map_json
from backend.public.answers import TRY_AGAIN, answer
from backend.public.query import ADDRESS, Query, Wrong, read
from backend.services.map_search import WORST_FIRST, Found, Listed, Resolve, find
from backend.services.ports.outside import Texts
from backend.services.ports.unit import StoreUnavailable
from backend.services.public_map import Maps, PublicMap, Published, local_time

PLACES_A_PAGE = 25
KEPT = 200  # pages kept until the map changes
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@dataclass
class MapPage:
    """What the page needs.

    `languages` maps codes to names, the first is the default; `kinds` are those of venues; `resolve` finds places by
    any of their names.
    """

    maps: Maps
    texts: Texts
    languages: Mapping[str, str]
    kinds: Sequence[str]
    resolve: Resolve
    _kept: tuple[PublicMap | None, dict[Query, Published]] = field(default=(None, {}), init=False)

    def mount(self, app: Flask) -> None:
        """Add /map and /map.json to an application."""
        blueprint = Blueprint("map", __name__, url_prefix=ADDRESS, template_folder="templates", static_folder="static")
        blueprint.add_url_rule("", "page", self.page, strict_slashes=False)
        app.register_blueprint(blueprint)
        map_json.mount(app, self.maps)

    def page(self) -> Response:
        """The view of ?province=&commune=&kind=&colour=&q=&page=&lang=."""
        asked = request.args.get("lang", "")
        language = asked if asked in list(self.languages)[1:] else ""
        try:
            newest = self.maps.newest()
            query = read(request.args, self.maps, self.kinds, language)
            response = answer(self._published(newest, query), "text/html; charset=utf-8")
        except Wrong as wrong:
            response = self._trouble(wrong.key, wrong.status, language)
        except StoreUnavailable:
            response = self._trouble("map_away", 503, language)
            response.headers["Retry-After"] = str(TRY_AGAIN)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    def _published(self, newest: PublicMap, query: Query) -> Published:
        """The page, made once for all its readers while the map stays as it is."""
        made_of, kept = self._kept
        if made_of is not newest or len(kept) >= KEPT:
            kept = {}
            self._kept = newest, kept
        if query not in kept:
            kept[query] = Published(self._rendered(newest, query).encode())
        return kept[query]

    def _rendered(self, newest: PublicMap, query: Query) -> str:
        found = find(newest.listed, query.wanted, self.resolve)
        pages = max(1, -(-len(found.places) // PLACES_A_PAGE))
        if query.page > pages:
            raise Wrong("map_wrong_page", 404)
        words = self._words(query.lang)
        return render_template(
            "map/page.html", pages=pages, words=words, found=found, **self._common(query, words),
            colours=WORST_FIRST, kinds=self._kinds(newest, query), trail=self._trail(query),
            day=words.text("map_day", day={"$date": newest.day.isoformat()}), areas=self._areas(found),
            places=[words.place(each, newest.names) for each in _part(found, query)],
            how_many=words.text("map_found", count=words.number(len(found.places))),
            this_page=words.text("map_page", page=words.number(query.page), pages=words.number(pages)),
        )  # fmt: skip

    def _words(self, language: str) -> Words:
        return Words(self.texts, language or next(iter(self.languages)))

    def _common(self, query: Query, words: Words) -> Mapping[str, Any]:
        return {"t": words.text, "query": query, "language": words.language, "languages": self._switches(query)}

    def _switches(self, query: Query) -> Sequence[tuple[str, str, str]]:
        """Code, name and address of the view in every language."""
        first, *others = self.languages
        codes = {first: "", **{code: code for code in others}}
        return [(c, self.languages[c], replace(query, lang=said).address(page=query.page)) for c, said in codes.items()]

    def _kinds(self, newest: PublicMap, query: Query) -> Sequence[str]:
        """The kinds there are something of, in the order of the house."""
        here = {each.kind for each in newest.facilities} | {query.kind}
        return [kind for kind in self.kinds if kind in here]

    def _trail(self, query: Query) -> Sequence[tuple[str, str]]:
        """Name and address of the province and commune that are shown."""
        steps = ((query.province, query.address(commune="")), (query.commune, query.address()))
        return [(self.maps.name(code) or code, address) for code, address in steps if code]

    def _areas(self, found: Found) -> Sequence[tuple[str, str, Counter[str]]]:
        named = [(self.maps.name(code) or code, code, counts) for code, counts in found.areas.items()]
        return sorted(named, key=lambda each: -each[2].total())

    def _trouble(self, key: str, status: int, language: str) -> Response:
        words = self._words(language)
        common = self._common(Query(lang=language), words)
        page = render_template("map/trouble.html", sentence=words.text(key), **common)
        response = make_response(page, status)
        response.headers["Cache-Control"] = "no-store"
        return response


@dataclass(frozen=True)
class Words:
    """What the page says, in one language."""

    texts: Texts
    language: str

    def text(self, key: str, **args: Any) -> str:
        """One text."""
        return self.texts.text(key, self.language, "page", **args)

    def number(self, count: int) -> str:
        """A number as it is written there."""
        return format_decimal(count, locale=self.language)

    def colour(self, colour: str) -> str:
        """What a colour is called."""
        return self.text(f"colour_{colour}")

    def meaning(self, colour: str) -> str:
        """What a colour says of a place."""
        return self.text(f"map_means_{colour}")

    def kind(self, kind: str) -> str:
        """What a kind of venue is called."""
        return self.text(f"choice_kind_{kind}")

    def place(self, listed: Listed, names: Mapping[str, str]) -> Mapping[str, Any]:
        """A facility as its line shows it."""
        standing = listed.standing
        where = [names[code] for code in (standing.commune, standing.province) if code]
        reported = standing.reported_at and {"$date": local_time(standing.reported_at)}
        return {
            "name": standing.name, "code": standing.code, "colour": listed.colour,
            "kind": self.kind(standing.kind), "where": ", ".join(where),
            "reported": self.text("map_reported", time=reported) if reported else "",
            "feedback": self.text("map_feedback", count=self.number(standing.feedback)) if standing.feedback else "",
        }  # fmt: skip


def _part(found: Found, query: Query) -> Sequence[Listed]:
    """The facilities on one page of the list."""
    start = (query.page - 1) * PLACES_A_PAGE
    return found.places[start : start + PLACES_A_PAGE]
