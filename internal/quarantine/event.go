package quarantine

// EventKind says what an entry of an incident's time series is about. The
// ledger keeps it as part of the entry's key.
type EventKind string

// The kinds of event, each with who writes it.
const (
	EventContained        EventKind = "contained"          // isolate, after the read-back
	EventFailed           EventKind = "failed"             // the state machine: isolate failed
	EventJoined           EventKind = "joined"             // the state machine: a later finding of the instance
	EventKept             EventKind = "kept"               // the state machine: a person denied the release
	EventMeasure          EventKind = "measure"            // measures, after the read-back
	EventReleaseBegun     EventKind = "release-begun"      // release, before it changes anything
	EventReleased         EventKind = "released"           // release; isolate and uninstall, where the instance is gone and nothing was cut
	EventFalseAlarm       EventKind = "false-alarm"        // release: a person said so, or ended it
	EventEvidenceStarted  EventKind = "evidence-started"   // forensics
	EventEvidenceComplete EventKind = "evidence-complete"  // forensics
	EventEvidenceFailed   EventKind = "evidence-failed"    // forensics: a snapshot is in error, or a volume has none
	EventEvidenceNotTaken EventKind = "evidence-not-taken" // forensics: not one snapshot was started
)
