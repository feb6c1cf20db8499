"""Between what an encoder's activations lie, measured on texts of many kinds and languages."""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from trikal.serving.backends.bert_graph import Range, exact_encoder
from trikal.serving.backends.bert_weights import BertWeights

SAMPLES = (
    "The cat slept on the warm roof until noon, and nobody thought of waking it.",
    "Please water the plants while I am away; the keys are with the neighbour on the second floor.",
    "Our quarterly sales rose by nine percent in the north; the south lost 3.5 % in a year.",
    "Roger, we copy your main bus B undervolt; stand by, and read me the pressure of tank two.",
    "def load(path): return json.loads(Path(path).read_text()) # see https://example.org/docs?id=42",
    "GOAL!!! 2-1 in the 93rd minute, what a finish by the substitute",
    "यह फैसला मंगलवार को परिषद की बैठक में लिया गया और अगले महीने से लागू होगा।",
    "আজ সকালে নদীর ধারে অনেক মানুষ জড়ো হয়েছিল, কারণ সেতুটি খুলে দেওয়া হবে।",
    "இந்தப் பாலம் ஜூன் மாதத்தில் திறக்கப்பட்டது, எல்லோரும் வந்திருந்தார்கள்.",
    "ఈ రోజు సమావేశంలో బడ్జెట్ గురించి చాలా సేపు చర్చించారు.",
    "Der Stadtrat stimmte über die Brücke ab; danach ging man zufrieden nach Hause.",
    "Le ministre a annoncé hier que la réforme serait reportée à l'automne prochain.",
    "El equipo ganó el partido en el último minuto gracias a un gol de cabeza.",
    "会議は三時に始まり、予算案は全会一致で可決されました。",
    "市议会昨天批准了新的天文台计划，预计明年春天开工。",
    "Совет утвердил бюджет на следующий год после долгого обсуждения.",
    "وافق المجلس على الميزانية الجديدة بعد نقاش طويل يوم الثلاثاء.",
    "uh so um yeah I mean we we kind of did it twice, you know, and then it just stopped",
)
"""What is measured on: talk, news, numbers, code, sport, in scripts of all families."""



def measured_ranges(
    weights: BertWeights, inputs: Callable[[str], Iterable[Mapping[str, Any]]]
) -> dict[str, Range]:
    """Run the exact encoder on the samples, one by one, and return what was seen.

    Args:
        weights: The encoder.
        inputs: Makes the graph's inputs of a text, in every way that it may be read.

    Returns:
        Ranges by the name of a product's first weight.
    """
    # Imported here because only the first use on a machine measures.
    import onnxruntime

    model, places = exact_encoder(weights)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    ranges: dict[str, Range] = {}
    for given in chain.from_iterable(map(inputs, SAMPLES)):
        for key, found in zip(places, session.run([*places.values()], given), strict=True):
            seen = Range(least=found.min(axis=(0, 1)), most=found.max(axis=(0, 1)))
            ranges[key] = seen.joined(ranges[key]) if key in ranges else seen
    return ranges
