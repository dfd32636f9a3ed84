package guardduty

import (
	"encoding/json"
	"time"
)

// time reads an optional time, which must be RFC 3339.
func (o object) time(name string) time.Time {
	text := o.text(name)
	if text == "" {
		return time.Time{}
	}
	at, ok := fromText(text)
	if !ok {
		o.r.fail(o.at(name), "a time such as 2026-01-31T12:00:00Z", quote(text))
	}
	return at
}

// launchTime reads a hint: text, or a number of seconds or milliseconds.
func (o object) launchTime() time.Time {
	v, _ := o.get("launchTime")
	switch v := v.(type) {
	case nil:
		return time.Time{}
	case string:
		at, _ := fromText(v)
		return at
	case json.Number:
		return fromNumber(v)
	default:
		o.r.fail(o.at("launchTime"), "a time or a number", describe(v))
		return time.Time{}
	}
}

func fromText(s string) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, false
	}
	return inRange(at)
}

// fromNumber reads seconds, or milliseconds if the seconds would lie beyond the year 5000.
func fromNumber(n json.Number) time.Time {
	const secondsUntil5000 = 95_617_584_000
	f, err := n.Float64()
	if err != nil || f < 0 || f > 1000*secondsUntil5000 {
		return time.Time{}
	}
	if f > secondsUntil5000 {
		return time.UnixMilli(int64(f)).UTC()
	}
	return time.Unix(int64(f), 0).UTC()
}

// inRange rejects times that JSON cannot represent in UTC.
func inRange(at time.Time) (time.Time, bool) {
	at = at.UTC()
	if at.Year() < 1 || at.Year() > 9999 {
		return time.Time{}, false
	}
	return at, true
}
