"""The 120 tasks of the small organisation: plausible names and awkward ones."""

from __future__ import annotations

from sandbox.seed_data.plans import TaskPlan

BANK = (
    "Sign-in with BankID: flow and prototype",
    "Payments screen: empty and error states",
    "Weekly call with Fjord Bank",
    "Push notifications: who may switch them off?",
    "Account overview: balance in large print",
    "Face ID falls back to the code",
    "Card freeze: confirm in two steps",
    "Statement as PDF",
    "Accessibility review with VoiceOver and TalkBack",
    "Crash when the phone has no free space",
    "Offline banner flickers",
    "Translate into Nynorsk and Northern Sámi",
    "مراجعة واجهة تسجيل الدخول",
    'Transfer form: "Are you sure?" asked twice',
    "Release 2.4 to the testers",
    "Release notes 2.4",
    "User interviews, round three",
    "Interview notes, round three",
    "Icons for the tab bar",
    "Dark appearance",
    "Performance on old phones",
    "Plan next sprint",
    "Security review: answers for the bank",
    "Penetration test: fix findings",
    "App Store pictures",
    "Support hand-over document",
    "Savings goals: sketch",
    "Currency exchange: rounding of øre",
    "<script>alert(1)</script>",
    "👩🏽‍💻 Pair on the biometric login 🔐",
    "Onboarding: first five minutes",
    "Log out after ten minutes",
)

MUSEUM = (
    "Opening hours and tickets page",
    "Answer museum's e-mails",
    "Weekly client call",
    "Collection search",
    "Collection search: filters by ship, place and year",
    "Move 1,400 old articles",
    "Redirects from the old site",
    "Photographs: crop and credit",
    "Photo day in the boat hall",
    "Whale page 🐋",
    "בדיקת נגישות לדף הבית",
    'Banner "مرحبا" beside the Norwegian text',
    "School visits: booking form",
    "Newsletter sign-up",
    "Print style sheet for teachers",
    "Map of the halls",
    "Video subtitles",
    "Quote for phase two",
    "Cookie banner, or better none",
    "Content workshop with the curators",
    "404 page: 'Here be dragons'",
    '=HYPERLINK("http://example.com")',
    "Staging server",
    "Analytics without cookies",
    "Accessibility statement",
    "Speed: first page under one second",
)

# A name of exactly 200 characters.
LONGEST = (
    "Collect every open question about the annual report, the office move, the new laptops, "
    "the parking spaces, the coffee machines and the summer party, then answer them one by one "
    "in the shared notebook!"
)

STUDIO_WORK = (
    "Studio stand-up",
    "Design system: buttons and form fields",
    "Interviews: front-end developer",
    "Weekly client call",
    "Invoices and expenses",
    "New laptops",
    "Holiday planning",
    "Team lunch & learn",
    "Help desk for colleagues",
    "Clean up the file server",
    "@everyone tidy the kitchen",
    "+47 22 00 00 00 call the landlord back",
    "-1 desk: who moves?",
    "",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung",
    LONGEST,
)

BIKES = (
    "Campaign idea and first sketches",
    "Posters for the tram stops",
    "Photo shoot on the coast road",
    "Casting",
    "Radio spot, 20 seconds",
    "Landing page",
    "Landing page: second version",
    "Click rates, week by week",
    "Printing: proofs",
    "Printing: final check",
    "Storyboard",
    "Music rights",
    "Closing report",
    "Archive the raw photographs",
)

PITCH = (
    "Who else is pitching?",
    "Budget and staffing",
    "Mood boards",
    "Rehearse the presentation",
    "Contract: questions for the lawyer",
    "Cabin safety card, redrawn",
    "Logo on the tail fin",
    "Travel to the second round",
)

FESTIVAL = (
    "Kick-off with the harbour master",
    "Stage plan",
    "Volunteers: shifts",
    "Volunteers: T-shirts",
    "Bands: offers and contracts",
    "Food stalls: power and water",
    "🚢 Boat parade",
    "Poster in four languages",
    "Noise permit",
    "Lost children's tent",
    "Weekly client call",
    "Programme booklet",
    "Sponsors' wall",
    "Thank-you letters",
)

SECOND_PROJECTS = {
    ("studio", "Design system: buttons and form fields"): "bank",
    ("museum", "Accessibility statement"): "bank",
    ("bank", "Accessibility review with VoiceOver and TalkBack"): "museum",
    ("museum", "Quote for phase two"): "pitch",
}

TASKS_WITHOUT_PROJECT = (
    TaskPlan("Prepare my talk at the design meet-up", owner="ada"),
    TaskPlan("Read up on variable fonts", owner="ada"),
    TaskPlan("Ada & Ben: swap desks?", owner="ben", followers=("ada",)),
    TaskPlan("Try the new build server", owner="ben"),
    TaskPlan("Salary review: notes", owner="mia"),
    TaskPlan("One-to-ones", owner="mia"),
    TaskPlan("Renew the certificates' certificate", owner="omar"),
    TaskPlan("' OR 1=1; --", owner="omar", followers=("yui", "ada")),
    TaskPlan("Learn Norwegian: lesson 12", owner="yui"),
    TaskPlan("Ask Kwame about the lanterns", owner="zoe"),
)

ODD_NAMES = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://example.com")',
    LONGEST,
    "مراجعة واجهة تسجيل الدخول",
    "בדיקת נגישות לדף הבית",
    "👩🏽‍💻 Pair on the biometric login 🔐",
    "' OR 1=1; --",
)


def _task_plans(project: str, names: tuple[str, ...]) -> tuple[TaskPlan, ...]:
    return tuple(
        TaskPlan(
            name,
            (project, second_project)
            if (second_project := SECOND_PROJECTS.get((project, name)))
            else (project,),
        )
        for name in names
    )


TASKS = (
    *_task_plans("bank", BANK),
    *_task_plans("museum", MUSEUM),
    *_task_plans("studio", STUDIO_WORK),
    *_task_plans("bikes", BIKES),
    *_task_plans("pitch", PITCH),
    *_task_plans("festival", FESTIVAL),
    *TASKS_WITHOUT_PROJECT,
)
