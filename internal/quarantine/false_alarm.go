package quarantine

import "time"

// LongestFalseAlarm is how long findings may be asked about instead of cut: as long as
// GuardDuty keeps one.
const LongestFalseAlarm = 90 * 24 * time.Hour

// Names of reasons. The state machine writes the first two, triage the others.
const (
	ReasonFalseAlarm = "false-alarm" // a person is asked, because of a false alarm that runs
	ReasonReleased   = "released"    // told only: the activity ended before a release
	ReasonPolicy     = "policy"      // said: another version than the newest judged, and why
	ReasonAge        = "age"         // told only, or said: the activity ended long ago
	ReasonWord       = "word"        // by a person's word, whose it is
)

// FalseAlarm is a person's word that types of finding on a resource were false alarms: until
// it ends, a person is asked about them instead of cutting. Other types are not touched by it.
type FalseAlarm struct {
	Resource Resource `json:"resource"`
	Types    []string `json:"types"`
	// Incident is the one with whose release it was said.
	Incident string    `json:"incident"`
	By       string    `json:"by"`
	Reason   string    `json:"reason"`
	Until    time.Time `json:"until"`
	// Ended says that it ends what was said before, and says nothing itself.
	Ended bool `json:"ended,omitempty"`
}
