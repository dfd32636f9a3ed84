package quarantine

import "regexp"

var incidentID = regexp.MustCompile(`^inc-[0-9]{8}-[0-9a-f]{10}$`)

// IsIncidentID tells whether a text has the form of [IncidentID]: inc-, a date
// and ten hexadecimal digits.
func IsIncidentID(text string) bool { return incidentID.MatchString(text) }
