"""The large size: generated people, projects and tasks around the small organisation."""

from __future__ import annotations

import unicodedata
from itertools import chain, count, islice, product
from random import Random

from sandbox.seed_data.people import SMALL
from sandbox.seed_data.plans import (
    MembershipPlan,
    OrganisationPlan,
    PersonPlan,
    ProjectPlan,
    TaskPlan,
    TimeOff,
    WorkPattern,
)
from sandbox.seed_data.random_streams import random_stream

TOTAL_PEOPLE = 200
TOTAL_TASKS = 5_000
EXTRA_PROJECTS = 74
WEEKS = 26

FIRST_NAMES = (
    "Aisha Akira Alejandra Amara Anaïs Andrius Anika Antoine Aoife Arjun Astrid Aylin Bao Beatriz "
    "Bogdan Camila Chidi Chiara Daan Deniz Diego Dimitra Eero Elif Emeka Esra Eszter Farah Fatou "
    "Fernanda Freya Gabriel Giulia Grace Guðrún Hana Hassan Hinemoa Ibrahim Ilse Ines Ioana Ivana "
    "Jana Jiho João José Jūratė Kalani Karim Katarina Kofi Lan Leila Léo Liesbeth Lucía Luka Maja "
    "Malala Manaia Marek Mariam Mateo Meera Mei Mohammed Naoko Natalia Niamh Nikos Noa Oksana "
    "Olumide Otso Pavel Petra Quynh Rahul Rania Renata Rosa Ruth Sana Santiago Sibusiso Sigríd "
    "Sofia Soraya Suda Tala Tamar Tarek Thandiwe Tiago Tuva Uma Valentina Viktor Wanjiru Wei "
    "Xiomara Yara Yusuf Zainab Zsófia"
)

LAST_NAMES = (
    "Abebe Achterberg Adeyemi Aguilar Ahmed Almeida Andersson Aydın Banerjee Bergström Bianchi "
    "Bondarenko Castillo Chatterjee Chen Cohen Costa Dąbrowska Delacroix Demir Diallo Dlamini "
    "Dubois Eriksen Esposito Fernandes Fischer Fofana Fujimoto García González Grünwald Gutiérrez "
    "Hakimi Hoang Horváth Ibáñez Ivanova Jabłoński Jansen Jónsdóttir Kamau Kapoor Kaya Khalil "
    "Kobayashi Korhonen Kowalczyk Kruger Lê Leclercq Levy Lindgren MacLeod Mahlangu Marković "
    "Martínez Mazur Mbeki Mehta Moreau Müller Mwangi Nakamura Ngata Nguyễn Novák Nwosu O'Brien "
    "Øverland Okonkwo Papadopoulos Park Pereira Petrauskas Popescu Rahman Ramírez Rossi Sánchez "
    "Santos Schröder Şahin Sharma Silva Singh Smit Søndergaard Suzuki Szabó Takahashi Tanaka "
    "Traoré Tran Tūhoe Ueda Van-Dijk Vasilenko Virtanen Vuković Wang Weiß Yamamoto Yılmaz Zhang"
)

CLIENTS = (
    "Alder & Ash",
    "Bluebell Bakery",
    "City Library",
    "Dune Hotels",
    "Ember Insurance",
    "Foxglove Publishing",
    "Granite Tools",
    "Heron Airways",
    "Iris Optics",
    "Juniper Clinics",
    "Kite Schools",
    "Larch Furniture",
    "Mosaic Theatre",
    "Nimbus Weather",
    "Orchard Markets",
)
PROJECT_KINDS = ("website", "mobile app", "brand refresh", "support desk", "annual report")
TEAM_NAMES = ("Research", "Content", "Motion", "Strategy", "Support", "Quality", "Data", "Print")
COLORS = ("dark-pink", "dark-green", "dark-red", "light-blue", "light-teal", "light-purple", None)
VERBS = (
    "Draft",
    "Sketch",
    "Review",
    "Build",
    "Test",
    "Rework",
    "Measure",
    "Present",
    "Translate",
    "Document",
    "Estimate",
    "Polish",
)
THINGS = (
    "the start page",
    "the sign-up form",
    "the price list",
    "the search",
    "the newsletter",
    "the image library",
    "the checkout",
    "the style guide",
    "the interview guide",
    "the report template",
    "the error messages",
    "the navigation",
    "the account page",
    "the opening film",
    "the contact form",
    "the address book",
)
WORK_PATTERNS: tuple[WorkPattern, ...] = ("full",) * 13 + (
    "long",
    "long",
    "half",
    "patchy",
    "little",
    "none",
)


def _slug(first_name: str, used_slugs: set[str]) -> str:
    letters = unicodedata.normalize("NFKD", first_name.replace("ð", "d")).lower()
    word = letters.encode("ascii", "ignore").decode()
    numbered = (f"{word}{number}" for number in count(2))
    return next(slug for slug in chain([word], numbered) if slug not in used_slugs)


def _people() -> list[PersonPlan]:
    rng = random_stream("crowd")
    used_slugs = {person.slug for person in SMALL.people}
    names = list(product(FIRST_NAMES.split(), LAST_NAMES.split()))
    people = []
    for number, (first, last) in enumerate(rng.sample(names, TOTAL_PEOPLE - len(used_slugs))):
        slug = _slug(first, used_slugs)
        used_slugs.add(slug)
        away = rng.randint(-120, 40)
        people.append(
            PersonPlan(
                slug,
                f"{first} {last}",
                f"{slug}@nordlicht.example",
                WORK_PATTERNS[number % len(WORK_PATTERNS)],
                memberships=(
                    MembershipPlan(is_guest=number % 40 == 0, is_time_reviewer=number % 20 == 1),
                ),
                tasks_a_day=(5, 7),
                time_off=(TimeOff(away, away + rng.randint(0, 9)),),
            )
        )
    return people


def _projects(people: list[PersonPlan]) -> list[ProjectPlan]:
    """Return projects; each takes the next few people, so that everybody is in at least three."""
    rng = random_stream("crowd projects")
    names = [f"{client}: {kind}" for client, kind in product(CLIENTS, PROJECT_KINDS)]
    size = -(-3 * len(people) // EXTRA_PROJECTS)
    projects = []
    for number, name in enumerate(islice(names, EXTRA_PROJECTS)):
        members = [people[(number * size + place) % len(people)].slug for place in range(size)]
        projects.append(
            ProjectPlan(
                f"crowd-{number}",
                name,
                rng.choice(COLORS),
                members[0],
                tuple(members),
                rng.choice(TEAM_NAMES),
                is_archived=number % 15 == 14,
                is_private=number % 12 == 11,
                is_billable=number % 5 != 3,
            )
        )
    return projects


def _names(rng: Random, total: int) -> list[str]:
    return [f"{verb} {thing}" for verb, thing in rng.sample(list(product(VERBS, THINGS)), total)]


def _tasks(projects: list[ProjectPlan], total: int) -> list[TaskPlan]:
    rng = random_stream("crowd tasks")
    per_project = -(-total // len(projects))
    tasks = []
    for number, project in enumerate(projects):
        neighbour = projects[number - 1].key
        for place, name in enumerate(_names(rng, per_project)):
            second_project = (neighbour,) if place % 25 == 24 else ()
            tasks.append(TaskPlan(name, (project.key, *second_project)))
    return tasks[:total]


def large_organisation() -> OrganisationPlan:
    """Return the plan of the large size, which contains the small one."""
    people = _people()
    teams = {
        name: tuple(person.slug for person in people[number :: len(TEAM_NAMES)])
        for number, name in enumerate(TEAM_NAMES)
    }
    projects = _projects(people)
    tasks = _tasks(projects, TOTAL_TASKS - len(SMALL.tasks))
    return OrganisationPlan(
        people=(*SMALL.people, *people),
        teams={**SMALL.teams, **teams},
        projects=(*SMALL.projects, *projects),
        tasks=(*SMALL.tasks, *tasks),
        weeks=WEEKS,
    )
