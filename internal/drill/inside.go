package drill

import (
	"regexp"
	"time"
)

// Inside is what the instance itself has seen of its way out, as its serial console has it: that
// needs no network.
type Inside struct {
	Before string `json:"before,omitempty"` // what the last probe before the cut was read back says: yes or no
	After  string `json:"after,omitempty"`  // likewise of the last probe since
	// NotKnown says why there is not one of each.
	NotKnown string `json:"notKnown,omitempty"`
}

// spoken is a probe of infra/demo.yaml on the console.
var spoken = regexp.MustCompile(`quarantine-probe (\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z) out=(yes|no)\b`)

// probeTime is how long a probe may take: one that began before the cut says nothing of after it.
const probeTime = 4 * time.Second

// ReadInside reads the probes off a console's text. The instance has written it: of a compromised
// one, it would prove nothing.
func ReadInside(console string, cut time.Time) (in Inside) {
	for _, p := range spoken.FindAllStringSubmatch(console, -1) {
		at, err := time.Parse(time.RFC3339, p[1])
		switch {
		case err != nil:
		case at.Before(cut):
			in.Before = p[2]
		case at.After(cut.Add(probeTime)):
			in.After = p[2]
		}
	}
	switch {
	case cut.IsZero():
		return Inside{NotKnown: "when it was cut is not on record"}
	case in.Before == "" && in.After == "":
		in.NotKnown = "the serial console shows no probe of the instance's"
	case in.Before == "":
		in.NotKnown = "the serial console shows no probe from before the cut: it keeps the last 64 KB"
	case in.After == "":
		in.NotKnown = "the serial console shows no probe from after the cut yet"
	}
	return in
}
