"""What the HL7 v2 generator draws from: names, places, tests and codes. People and places are invented.

LOINC, ICD-10 and UCUM codes are real ones, with reference intervals of the usual size.
"""

from __future__ import annotations

from benchmarks.generate.blocks import weighted

FAMILIES = (
    "Ashdown",
    "Beckwith",
    "Brânză",
    "Corrigan",
    "Dalgleish",
    "D'Aubigny",
    "Fenwick",
    "Garthwaite",
    "Hollis",
    "Ingleby",
    "Jørgensen",
    "Kettleborough",
    "Müller-Lüth",
    "Núñez",
    "Okonkwo",
    "Pettigrew",
    "Quarrie",
    "Szabó",
    "Threlfall",
    "Ødegård",
)
GIVENS = (
    "Ada",
    "Bram",
    "Cerys",
    "Dev",
    "Ellis",
    "Faye",
    "Gwyn",
    "Hana",
    "Idris",
    "June",
    "Kofi",
    "Léa",
    "Miro",
    "Noor",
    "Olga",
    "Piet",
    "Rosa",
    "Søren",
    "Thandi",
    "Zoë",
)
STREETS = ("Mill Lane", "Church Road", "Rue de l\\T\\Est", "Station Street", "Harbour \\T\\ Quay", "Hauptstraße")
CITIES = ("Ashford", "Newbridge", "Port Ellery", "Westhaven", "Kirkby", "Santa Rita")
PARENTS = weighted({"MTH^Mother": 4, "FTH^Father": 3, "SPO^Spouse": 8, "CHD^Child": 3, "SIB^Sibling": 2})
SEXES = weighted({"F": 51, "M": 48, "U": 0.6, "O": 0.4})
RACES = weighted(
    {"2106-3^White": 60, "2054-5^Black or African American": 14, "2028-9^Asian": 9, "2131-1^Other Race": 8}
)
MARITAL = weighted({"M^Married": 45, "S^Single": 35, "D^Divorced": 10, "W^Widowed": 8, "U^Unknown": 2})
CLASSES = weighted({"I": 40, "O": 40, "E": 18, "P": 2})
WARDS = ("W12^204^A", "W12^207^B", "ICU^3^1", "ED^TRIAGE^2", "OPD^R55^", "MAT^11^A", "SURG^402^C")
SERVICES = weighted({"MED": 5, "SUR": 3, "CAR": 2, "PUL": 1, "URO": 1})

DIAGNOSES = (
    "I10^Essential (primary) hypertension",
    "E11.9^Type 2 diabetes mellitus without complications",
    "J44.9^Chronic obstructive pulmonary disease, unspecified",
    "N39.0^Urinary tract infection, site not specified",
    "J18.9^Pneumonia, unspecified organism",
    "K35.80^Unspecified acute appendicitis",
    "I48.91^Unspecified atrial fibrillation",
    "M54.50^Low back pain, unspecified",
    "R07.9^Chest pain, unspecified",
    "S72.001A^Fracture of unspecified part of neck of femur",
)
ALLERGENS = (
    "DA|70618^Penicillin^RXNORM|SV|Anaphylaxis",
    "DA|10831^Sulfamethoxazole^RXNORM|MO|Rash~Fever",
    "FA|256349002^Peanut^SCT|SV|Urticaria~Wheeze",
    "EA|264287008^Animal dander^SCT|MI|Sneezing",
    "MA|111088007^Latex^SCT|MO|Itch",
)
PROCEDURES = (
    "80146002^Appendectomy^SCT",
    "71388002^Procedure^SCT",
    "76164006^Biopsy of colon^SCT",
    "168731009^Chest X-ray^SCT",
)

# code^name, unit, low, high, digits after the point
METABOLIC = "24323-8^Comprehensive metabolic 2000 panel - Serum or Plasma^LN"
PANELS = {
    "58410-2^CBC panel - Blood by Automated count^LN": (
        ("6690-2^Leukocytes [#/volume] in Blood by Automated count", "10*3/uL", 4.0, 11.0, 1),
        ("789-8^Erythrocytes [#/volume] in Blood by Automated count", "10*6/uL", 3.9, 5.7, 2),
        ("718-7^Hemoglobin [Mass/volume] in Blood", "g/dL", 12.0, 17.5, 1),
        ("4544-3^Hematocrit [Volume Fraction] of Blood by Automated count", "%", 36.0, 52.0, 1),
        ("787-2^MCV [Entitic volume] by Automated count", "fL", 80.0, 100.0, 1),
        ("785-6^MCH [Entitic mass] by Automated count", "pg", 27.0, 33.0, 1),
        ("786-4^MCHC [Mass/volume] by Automated count", "g/dL", 32.0, 36.0, 1),
        ("788-0^Erythrocyte distribution width [Ratio] by Automated count", "%", 11.5, 14.5, 1),
        ("777-3^Platelets [#/volume] in Blood by Automated count", "10*3/uL", 150.0, 400.0, 0),
    ),
    METABOLIC: (
        ("2345-7^Glucose [Mass/volume] in Serum or Plasma", "mg/dL", 70.0, 99.0, 0),
        ("3094-0^Urea nitrogen [Mass/volume] in Serum or Plasma", "mg/dL", 7.0, 20.0, 0),
        ("2160-0^Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", 0.6, 1.2, 2),
        ("2951-2^Sodium [Moles/volume] in Serum or Plasma", "mmol/L", 135.0, 145.0, 0),
        ("2823-3^Potassium [Moles/volume] in Serum or Plasma", "mmol/L", 3.5, 5.1, 1),
        ("2075-0^Chloride [Moles/volume] in Serum or Plasma", "mmol/L", 98.0, 107.0, 0),
        ("17861-6^Calcium [Mass/volume] in Serum or Plasma", "mg/dL", 8.5, 10.5, 1),
        ("1920-8^Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 10.0, 40.0, 0),
        ("1742-6^Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 7.0, 56.0, 0),
    ),
    "57698-3^Lipid panel with direct LDL - Serum or Plasma^LN": (
        ("2093-3^Cholesterol [Mass/volume] in Serum or Plasma", "mg/dL", 120.0, 200.0, 0),
        ("2571-8^Triglyceride [Mass/volume] in Serum or Plasma", "mg/dL", 40.0, 150.0, 0),
        ("2085-9^Cholesterol in HDL [Mass/volume] in Serum or Plasma", "mg/dL", 40.0, 60.0, 0),
        ("18262-6^Cholesterol in LDL [Mass/volume] in Serum or Plasma by Direct assay", "mg/dL", 50.0, 130.0, 0),
    ),
}
# One of many short results: allergens of a screen, each with its class
SCREEN = "56844-4^Allergen panel^LN"
SCREENED = tuple(
    f"{9000 + number}^IgE {name}^L"
    for number, name in enumerate(
        (
            "cat",
            "dog",
            "birch",
            "timothy",
            "rye",
            "mugwort",
            "mite",
            "mould",
            "egg",
            "milk",
            "cod",
            "wheat",
            "soy",
            "peanut",
            "hazelnut",
            "almond",
            "shrimp",
            "apple",
            "carrot",
            "celery",
            "latex",
            "bee",
            "wasp",
            "horse",
            "ragweed",
        )
    )
)
CULTURES = weighted(
    {"630-4^Bacteria identified in Urine by Culture^LN": 5, "600-7^Bacteria identified in Blood by Culture^LN": 3}
)
ORGANISMS = weighted(
    {
        "112283007^Escherichia coli^SCT": 6,
        "56415008^Klebsiella pneumoniae^SCT": 2,
        "3092008^Staphylococcus aureus^SCT": 3,
        "264868006^No growth^SCT": 8,
    }
)
DRUGS = (
    "18864-9^Ampicillin [Susceptibility]",
    "18906-8^Ciprofloxacin [Susceptibility]",
    "18928-2^Gentamicin [Susceptibility]",
    "18955-5^Nitrofurantoin [Susceptibility]",
    "18998-5^Trimethoprim+Sulfamethoxazole [Susceptibility]",
)
SENSITIVE = weighted({"S^Susceptible^HL70078": 7, "I^Intermediate^HL70078": 1, "R^Resistant^HL70078": 3})
NARRATIVES = weighted({"11502-2^Laboratory report^LN": 3, "24627-2^CT Chest^LN": 2, "11526-1^Pathology study^LN": 2})
SENTENCES = (
    "The specimen is received fresh and measures 4.2 x 3.1 x 1.0 cm.",
    "No acute cardiopulmonary process.\\.br\\",
    "Margins are clear by more than 5 mm.\\.br\\",
    "Ki-67 \\T\\ p53 were repeated\\E\\confirmed on a second block.",
    "Comparison: none available.\\.br\\\\.br\\",
    "\\H\\IMPRESSION:\\N\\ findings as described above.\\.br\\",
    "Ratio A\\S\\B within the expected range (0.8\\F\\1.2).",
    "Correlation with the clinical picture is advised.\\.br\\",
)
SPECIMENS = weighted(
    {
        "119364003^Serum specimen^SCT": 6,
        "119297000^Blood specimen^SCT": 5,
        "122575003^Urine specimen^SCT": 3,
        "119376003^Tissue specimen^SCT": 1,
    }
)
NOTES = (
    "Slightly haemolysed; potassium may be raised.",
    "Result phoned to ward \\T\\ read back.",
    "Fasting state not stated.",
    "Reference interval applies to adults only~Please repeat if clinically indicated",
)
