"""How much does the air itself swallow?"""

import numpy as np

from ecogis.acoustics.octaves import EXACT_HZ, Floats

# ISO 9613-1: reference pressure in kPa, reference and triple-point temperatures in K
_PRESSURE_KPA, _REFERENCE_K, _TRIPLE_K, _ZERO_C_K = 101.325, 293.15, 273.16, 273.15


def absorption_db_km(
    temperature_c: float = 10.0,
    humidity_percent: float = 70.0,
    pressure_kpa: float = _PRESSURE_KPA,
    frequency_hz: Floats = EXACT_HZ,
) -> Floats:
    """
    Return the absorption of pure tones at the exact mid-bands, in dB per kilometre.

    Parameters
    ----------
    temperature_c
        Of the air, in degrees Celsius.
    humidity_percent
        Relative humidity, 0 to 100.
    pressure_kpa
        Of the air, in kPa.
    frequency_hz
        Any frequencies; the exact mid-bands of the octaves 63 Hz to 8 kHz by default.

    Source
    ------
    ISO 9613-1:1993, equations 3 to 5 and B.2 to B.3.
    """
    kelvin = temperature_c + _ZERO_C_K
    pressure, warmth = pressure_kpa / _PRESSURE_KPA, kelvin / _REFERENCE_K
    saturation = 10 ** (-6.8346 * (_TRIPLE_K / kelvin) ** 1.261 + 4.6151)
    # molar concentration of water vapour, in percent
    water = humidity_percent * saturation / pressure
    oxygen_hz = pressure * (24 + 4.04e4 * water * (0.02 + water) / (0.391 + water))
    calm = np.exp(-4.170 * (warmth ** (-1 / 3) - 1))
    nitrogen_hz = pressure * warmth**-0.5 * (9 + 280 * water * calm)
    squared = frequency_hz**2
    oxygen = 0.01275 * np.exp(-2239.1 / kelvin) / (oxygen_hz + squared / oxygen_hz)
    nitrogen = 0.1068 * np.exp(-3352.0 / kelvin) / (nitrogen_hz + squared / nitrogen_hz)
    classical = 1.84e-11 / pressure * warmth**0.5
    relaxed = warmth**-2.5 * (oxygen + nitrogen)
    found: Floats = 8686 * squared * (classical + relaxed)
    return found
