"""What the excavators' controllers send: the signals of demo/excavator.dbc from the state of the model."""

import numpy as np

from ingest.device.excavator import Activity, Array, Excavators
from ingest.device.faults import Faults

_MAX_RATES = (22.0, 30.0, 75.0, 50.0)  # deg/s at full stroke of boom, arm, bucket, swing
_TRACK = 0.25  # m/s that one track gains on the other in a bend
# What the controllers do not know before the engine has turned.
_UNKNOWN_AT_KEY_ON = (
    "ActualEngineTorque",
    "EngineDemandTorque",
    "EngineLoad",
    "EngineOilTemperature",
    "FuelRate",
    "SwingAngle",
    "SwingMotorPressure",
    "PilotPressure",
    "Payload",
)


def signals_of(machines: Excavators, faults: Faults) -> dict[str, Array]:
    """Physical values f64[machines] of every signal; NaN = not available."""
    values = _engine(machines) | _fluids(machines) | _hydraulics(machines) | _motion(machines) | _operation(machines)
    values |= faults.lamps()
    key_on = machines.activity == Activity.KEY_ON
    for name in _UNKNOWN_AT_KEY_ON:
        values[name] = np.where(key_on, np.nan, values[name])
    # Every third machine has no sensor for it.
    values["WasherFluidLevel"] = np.where(np.arange(len(key_on)) % 3 == 1, np.nan, 60.0)
    return values


def _engine(m: Excavators) -> dict[str, Array]:
    running = m.running
    torque = 100.0 * m.load * running
    pedal = np.where(m.activity >= Activity.WORKING, 85.0, 0.0)
    return {
        "EngineTorqueMode": np.where(m.activity >= Activity.WORKING, 1.0, 0.0),
        "DriverDemandTorque": torque + 3.0 * running,
        "ActualEngineTorque": torque,
        "EngineSpeed": m.speed,
        "EngineControlSource": np.zeros(len(torque)),
        "EngineStarterMode": np.choose(m.activity, [0.0, 1.0, 3.0, 3.0, 3.0]),
        "EngineDemandTorque": torque + 1.0 * running,
        "AcceleratorLowIdle": (pedal == 0.0).astype(float),
        "AcceleratorPosition": pedal,
        "EngineLoad": torque,
        "FuelRate": m.fuel_rate,
        "ThrottlePosition": pedal,
        "TripFuel": m.trip_fuel,
        "TotalFuelUsed": m.fuel_used,
        "TotalEngineHours": m.hours,
        "TotalEngineRevolutions": m.revolutions,
    }


def _fluids(m: Excavators) -> dict[str, Array]:
    running, n = m.running, len(m.load)
    pressure = np.maximum(160.0 + 0.15 * m.speed - 1.1 * (m.oil - 60.0) - m.lost_oil_pressure, 40.0)
    voltage = np.choose(m.activity, [24.6, 20.4, 27.4, 27.8, 27.8]) - m.lost_voltage
    return {
        "EngineCoolantTemperature": m.coolant,
        "FuelTemperature": 12.0 + 0.35 * m.coolant,
        "EngineOilTemperature": m.oil,
        "FuelDeliveryPressure": running * 320.0,
        "EngineOilLevel": np.full(n, 82.0),
        "EngineOilPressure": np.where(running, pressure, 0.0),
        "CoolantLevel": np.full(n, 93.2),
        "FuelLevel": m.fuel_level,
        "NetBatteryCurrent": np.choose(m.activity, [-8.0, -125.0, 6.0, 4.0, 4.0]),
        "AlternatorCurrent": running * 38.0,
        "ChargingVoltage": voltage + 0.2 * running,
        "BatteryVoltage": voltage,
        "KeyswitchVoltage": voltage - 0.3,
        "BarometricPressure": np.full(n, 100.5),
        "AmbientAirTemperature": np.full(n, 14.0) + 1.5 * np.sin(m.elapsed / 1800.0),
        "AirInletTemperature": 20.0 + 12.0 * m.load,
    }


def _hydraulics(m: Excavators) -> dict[str, Array]:
    running, load = m.running, m.load
    strokes = [np.clip(rate / full, -1.0, 1.0) for rate, full in zip(m.rates, _MAX_RATES, strict=True)]
    values: dict[str, Array] = {
        "Pump1Pressure": running * (28.0 + 305.0 * load),
        "Pump2Pressure": running * (28.0 + 280.0 * load),
        "PilotPressure": np.where(running, 39.0, 0.0),
        "HydraulicOilTemperature": m.hydraulic_oil,
        "PumpFlow": running * (60.0 + 380.0 * load * m.speed / 1850.0),
        "ReturnFilterPressure": running * (0.8 + 1.6 * load),
        "HydraulicOilLevel": 78.0 - 0.05 * m.hydraulic_oil,
        "SwingMotorPressure": running * (20.0 + 240.0 * np.abs(strokes[3])),
    }
    for name, stroke in zip(("Boom", "Arm", "Bucket"), strokes, strict=False):
        lifted = 90.0 * running * (name == "Boom")
        values[f"{name}HeadPressure"] = running * (25.0 + 210.0 * np.maximum(stroke, 0.0) * load) + lifted
        values[f"{name}RodPressure"] = running * (25.0 + 190.0 * np.maximum(-stroke, 0.0) * load)
        values[f"{name}Flow"] = running * 320.0 * stroke
    for name, stroke in zip(("BoomLever", "ArmLever", "BucketLever", "SwingLever"), strokes, strict=True):
        values[name] = 100.0 * stroke
    return values


def _motion(m: Excavators) -> dict[str, Array]:
    bend = _TRACK * np.sin(m.elapsed / 7.0) * m.travelling
    pedal = np.where(m.travelling, 70.0, 0.0)
    return {
        "LeftTravelPedal": pedal + 20.0 * bend,
        "RightTravelPedal": pedal - 20.0 * bend,
        "SwingAngle": m.angles[3],
        "SwingSpeed": m.rates[3] / 6.0,
        "BoomAngle": m.angles[0],
        "ArmAngle": m.angles[1],
        "BucketAngle": m.angles[2],
        "BucketHeight": m.bucket_height,
        "LeftTrackSpeed": m.ground_speed + bend,
        "RightTrackSpeed": m.ground_speed - bend,
        "TravelGear": m.travelling * 1.0,
        "TravelAlarm": m.travelling * 1.0,
        "Pitch": m.pitch,
        "Roll": m.roll,
    }


def _operation(m: Excavators) -> dict[str, Array]:
    ones = np.ones(len(m.load))
    return {
        "WorkMode": np.choose(m.activity, [0.0, 0.0, 0.0, 2.0, 1.0]),
        "CyclePhase": m.phase,
        "OperatorPresent": ones,
        "SeatBelt": m.running * ones,
        "AutoIdle": (m.activity == Activity.IDLE) * ones,
        "CycleCount": m.cycles_done,
        "Payload": m.payload,
        "TotalPayload": m.total_payload,
    }
