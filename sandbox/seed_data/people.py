"""The small organisation: its people, teams and projects.

task_names.py has its tasks; generated_people.py adds the people of the large size.
"""

from __future__ import annotations

from sandbox.seed_data.plans import (
    HARBOUR,
    STUDIO,
    Appointment,
    MembershipPlan,
    OrganisationPlan,
    PersonPlan,
    ProjectPlan,
    TimeOff,
    WorkspacePlan,
)
from sandbox.seed_data.task_names import TASKS

WORKSPACES = (
    WorkspacePlan(STUDIO, is_organization=True, email_domains=("nordlicht.example",)),
    WorkspacePlan(HARBOUR, is_organization=False, email_domains=()),
)

CATEGORIES = (
    ("Design", "purple", False),
    ("Development", "blue", False),
    ("Meetings", "yellow-orange", False),
    ("Support", "green", False),
    ("Travel (no longer used)", "cool-gray", True),
)

STAND_UP = Appointment("Studio stand-up", (0, 1, 2, 3, 4), 15)
BANK_CALL = Appointment("Weekly call with Fjord Bank", (2,), 60)

PEOPLE = (
    PersonPlan(
        "ada",
        "Ada Lindqvist",
        "ada@nordlicht.example",
        routine=(
            "Sign-in with BankID: flow and prototype",
            "Payments screen: empty and error states",
            "Opening hours and tickets page",
            "Design system: buttons and form fields",
            "Answer museum's e-mails",
        ),
        appointments=(STAND_UP, BANK_CALL),
        time_off=(TimeOff(10, 11),),
    ),
    PersonPlan("ben", "Ben Okafor", "ben@nordlicht.example", "little"),
    PersonPlan(
        "mia",
        "Mia Hartmann",
        "mia@nordlicht.example",
        memberships=(MembershipPlan(is_time_reviewer=True), MembershipPlan(HARBOUR)),
        routine=(
            "Plan next sprint",
            "Interviews: front-end developer",
            "Quote for phase two",
            "Budget and staffing",
            "One-to-ones",
            "Kick-off with the harbour master",
        ),
        appointments=(STAND_UP, BANK_CALL, Appointment("Weekly client call", (3,), 45)),
    ),
    PersonPlan(
        "omar",
        "Omar Haddad",
        "omar@nordlicht.example",
        memberships=(MembershipPlan(is_admin=True),),
        appointments=(STAND_UP,),
    ),
    PersonPlan(
        "zoe",
        "Zoe Castellanos",
        "zoe@harbour.example",
        memberships=(MembershipPlan(HARBOUR),),
        time_off=(TimeOff(14, 18),),
    ),
    PersonPlan("siobhan", "Siobhán O'Neill", "siobhan@nordlicht.example", "long"),
    PersonPlan("nour", "نور الخطيب", "nour@nordlicht.example", "half"),
    PersonPlan(
        "maximiliana",
        "Maximiliana Theodora von Wolkenstein-Trostburg zu Hohenschwangau-Lichtenfels",
        "maximiliana@nordlicht.example",
        "none",
        memberships=(MembershipPlan(is_view_only=True),),
    ),
    PersonPlan(
        "tomasz",
        "Tomasz Wiśniewski",
        "tomasz@freelance.example",
        memberships=(MembershipPlan(is_guest=True), MembershipPlan(HARBOUR, is_active=False)),
        time_off=(TimeOff(-12, -11),),
    ),
    PersonPlan("yui", "Yui Tanaka", "yui@nordlicht.example", "long", time_off=(TimeOff(21, 32),)),
    PersonPlan(
        "priya",
        "Priya Raghunathan",
        "priya@nordlicht.example",
        "patchy",
        time_off=(TimeOff(-28, -24),),
    ),
    PersonPlan(
        "kwame",
        "Kwame Asante-Mensah",
        "kwame@harbour.example",
        memberships=(MembershipPlan(HARBOUR, is_admin=True, is_time_reviewer=True),),
    ),
)

TEAMS = {
    "Design": ("ada", "siobhan", "nour", "mia"),
    "Build": ("ben", "tomasz", "yui", "omar"),
    "Client services": ("mia", "priya", "maximiliana", "siobhan"),
}

PROJECTS = (
    ProjectPlan(
        "bank",
        "Fjord Bank mobile app",
        "dark-blue",
        "mia",
        ("ada", "ben", "mia", "omar", "siobhan", "nour", "tomasz", "yui"),
        "Build",
    ),
    ProjectPlan(
        "museum",
        "Museum of the Sea: website relaunch",
        "dark-teal",
        "siobhan",
        ("ada", "ben", "mia", "siobhan", "nour", "tomasz", "yui", "priya"),
        "Design",
    ),
    ProjectPlan(
        "studio",
        "Studio operations",
        "light-warm-gray",
        "omar",
        ("ada", "ben", "mia", "omar", "siobhan", "nour", "maximiliana", "yui", "priya"),
        "Client services",
        is_billable=False,
    ),
    ProjectPlan(
        "bikes",
        'Kestrel Bikes "Summer" campaign',
        "light-orange",
        "priya",
        ("ada", "omar", "siobhan", "yui", "priya"),
        "Client services",
        is_archived=True,
    ),
    ProjectPlan(
        "pitch",
        "Confidential pitch: Aurora Airlines",
        "dark-purple",
        "mia",
        ("mia", "omar", "siobhan"),
        "Client services",
        is_private=True,
    ),
    ProjectPlan(
        "festival",
        "Harbour Festival",
        None,
        "kwame",
        ("zoe", "kwame", "mia"),
        workspace=HARBOUR,
    ),
)

# Weeks are counted back from the current week, which is 0; days from Monday, which is 0.
ADA_THIS_WEEK = (
    ("Sign-in with BankID: flow and prototype", 0, 90),
    ("Studio stand-up", 0, 15),
)
ADA_SEVERAL_ENTRIES = {1: (1, 2), 2: (3, 2), 3: (2, 3)}
"""Week back: the day on which Ada's first routine task has entries, and how many."""

ADA_ODD_WEEK = 3

# Weeks whose status differs from the rule in timesheets.py.
TIMESHEETS = {
    ("mia", 2): "APPROVED",
    ("ben", 2): "REJECTED",
    ("siobhan", 2): "DRAFT",
    ("siobhan", 1): "DRAFT",
    ("omar", 1): "DRAFT",
    ("zoe", 0): "DRAFT",
}

REJECTION = "This can't be the whole week. Please add the days on Fjord Bank, then submit again."

SMALL = OrganisationPlan(PEOPLE, TEAMS, PROJECTS, TASKS, weeks=8)
