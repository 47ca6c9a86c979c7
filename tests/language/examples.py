"""A text with everything that the language can say, formatted."""

EXAMPLE = """\
# Wheel loader
# Of its two controllers

# Engine and hydraulics
message EngineSpeed "Engine, fast" on j1939 pgn 61444 sa 0x00 {
    length 8
    timeout 500ms  # then every signal is stale
    cycle 20ms
    format j1939
    doc "Sent by the engine's controller"
    signal mode   : EngineMode at bit 0
    signal torque : u8         at byte 3 offset -125 [%] range -125..125 j1939_sentinels spn 513
    # read by nearly every rule
    signal speed  : u16        at byte 4 scale 0.125 [rpm] range 0..8031.875 na 0xFF00..0xFFFF
        error 0xFE00..0xFEFF spn 190 doc "Of the crankshaft"
    # signal demand : u8 at byte 8
}

message Pump on can 0x18FF5027 {
    signal page : u8 at byte 1
    mux page {
        case 0 "pressure" {
            signal pressure : u16          at byte 2 be scale 0.1 [bar]
            signal state    : u2 enum Lamp at bit 26
        }
        case 1, 4..7 {
            signal sub : u8 at byte 2
            mux sub {
                case 3 {
                    signal wear : u8 at byte 3 scale 0.00390625 [%]
                }
                else reject
            }
        }
        else reject  # counted
    }
    dtc faults from byte 3 max 60
}

message Old on j1939 id 0x18FEF100 {
}

message Basic on can 0x123 {
    signal `Eng-Speed` : u16 at bit 13 be
}

enum EngineMode : u4 {
    0 = idle "Low idle"
    1 = work
    -1 = odd
    else = reserved
}

enum Lamp {
    0 = off
    3 = not_available
}

position Gnss "Antenna" on vehicle_position each $.fixes[0] {
    signal lat : f64 at $.lat        [deg] range -90..90
    signal lon : f64 at $.`long.`[1]
    suspect when lat == 0 [deg] and lon == 0 [deg] as null_island
    suspect when ts > received_at + 5min as bad_clock
}

log Lines on vehicle_log {
    signal lvl : text at $.level
    severity from lvl {
        "E" -> error
        /^w(arn)?$/i -> warning
        else -> info
    }
}

const rated_torque = 2000 [N*m] doc "Of the data sheet"
const half = 0.5

derived power : f64 [kW] = speed * torque * rated_torque hold 2s range 0..500 [kW] store on_change
derived swings : i64 [count] = unroll(swing_raw, bits: 16, max_step: 500 [count],
    reset: ecu_id != prev(ecu_id))
derived calm : bool = not speed is not valid and pressure ?? 0 [bar] in 0..5 [bar] and speed absent for 5s
derived signed : f64 = -(a - (b - c)) * -d % 3 + (x > 0 ? 1 : y ? 2 : 3)

check oil "Oil follows speed" {
    when speed > 600 [rpm] for 10s
    expect oil_pressure >= 100 [kPa]
    else flag error "too low" replace oil_pressure with pressure suspect speed drop torque
}

event hot "Too hot" {
    raise when coolant_temp > 105 [degC] for 10s
    clear when coolant_temp < 98 [degC] for 30s  # hysteresis
    severity critical
    capture speed, EngineSpeed.torque
    group by machine_model
    cooldown 5min
}

golden "idle" for EngineSpeed {
    bytes x"F0 7D 85 9B 0F FF FF 85"
    sa 0x00
    expect { speed = 499.375 [rpm]  torque = -8 [%]  mode is not_available }
}

golden "a fix" for Gnss {
    json {"fixes": [{"lat": 51.5}]}
    expect { lat = 51.50 [deg]  lon in 11..11.6 [deg]  reason = poor_fix }
}

test "hot for ten seconds" {
    machine max_speed = 40 [km/h]
    at 0s set coolant_temp = 106 [degC], speed is error
    every 500ms from 1s until 20s set coolant_temp = 107 [degC]
    at 3s send EngineSpeed x"F0 7D" sa 0x00
    at 4s send Gnss json {"fixes": [{"lat": 51.5}]}
    at 12s expect hot is raised, torque >= -8.5 [%], Gnss.reason = poor_fix
}

# the end
"""
