package guardduty

import (
	"encoding/json"
	"time"
)

// time reads an optional time: text, or a number of seconds or milliseconds. No
// verdict depends on when something was, so what is no time is left out with a note.
func (o object) time(name string) time.Time {
	o = o.decoration()
	v, _ := o.get(name)
	at, ok := time.Time{}, true
	switch v := v.(type) {
	case nil:
	case string:
		at, ok = fromText(v)
	case json.Number:
		at, ok = fromNumber(v)
	default:
		ok = false
	}
	if !ok {
		o.wrong(o.at(name), "a time such as 2026-01-31T12:00:00Z", describe(v))
	}
	return at
}

func fromText(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, true
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, false
	}
	return inRange(at)
}

// fromNumber reads seconds, or milliseconds if the seconds would lie beyond the year 5000.
func fromNumber(n json.Number) (time.Time, bool) {
	const secondsUntil5000 = 95_617_584_000
	f, err := n.Float64()
	if err != nil || f < 0 || f > 1000*secondsUntil5000 {
		return time.Time{}, false
	}
	if f > secondsUntil5000 {
		return time.UnixMilli(int64(f)).UTC(), true
	}
	return time.Unix(int64(f), 0).UTC(), true
}

// inRange rejects times that JSON cannot represent in UTC.
func inRange(at time.Time) (time.Time, bool) {
	at = at.UTC()
	if at.Year() < 1 || at.Year() > 9999 {
		return time.Time{}, false
	}
	return at, true
}
