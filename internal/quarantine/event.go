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
	EventDrift            EventKind = "drift"              // watch: a thing does not stand as it was put
	EventPutRight         EventKind = "put-right"          // watch: it does again, as read back, or could not be put right
	EventWatchPaused      EventKind = "watch-paused"       // a person: nothing is put right until then, or again from now on
	EventLeft             EventKind = "left"               // a person: a thing is left as somebody has put it, or not any more
	EventTerminated       EventKind = "terminated"         // a person: EC2 has accepted to end the instance
	EventReleaseBegun     EventKind = "release-begun"      // release, before it changes anything
	EventReleased         EventKind = "released"           // release; isolate and uninstall, where the instance is gone and nothing was cut
	EventNarrowed         EventKind = "narrowed"           // release: the subnets are given back, and the instance stays contained
	EventFalseAlarm       EventKind = "false-alarm"        // release: a person said so, or ended it
	EventEvidenceStarted  EventKind = "evidence-started"   // forensics
	EventEvidenceComplete EventKind = "evidence-complete"  // forensics
	EventEvidenceFailed   EventKind = "evidence-failed"    // forensics: a snapshot is in error, or something is not kept
	EventEvidenceNotTaken EventKind = "evidence-not-taken" // forensics: not one snapshot was started, or a key could not be read now
)
