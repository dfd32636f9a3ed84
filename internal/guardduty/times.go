package guardduty

import (
	"encoding/json"
	"time"
)

// time reads an optional time: text, or a number of seconds or milliseconds. What is no
// time is left out with a note: then nothing depends on it.
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

// began is when GuardDuty became available: it has seen nothing before that.
var began = time.Date(2017, time.November, 28, 0, 0, 0, 0, time.UTC)

// lastSeen reads when the activity was seen last, in whole milliseconds. A finding is told
// and not cut for a time long ago: one that cannot be right is left out.
func (o object) lastSeen() time.Time {
	const name = "eventLastSeen"
	at := o.time(name)
	if !at.IsZero() && at.Before(began) {
		o.r.leave(o.at(name), "a time since GuardDuty exists", at.Format(time.RFC3339))
		return time.Time{}
	}
	return at.Truncate(time.Millisecond)
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
