package watch

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Input is the execution's input. The schedule's is {}. A joining finding names the incident.
// An event "AWS API Call via CloudTrail" is a hint that something was changed, and by whom:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
type Input struct {
	Incident string          `json:"incident"`
	Detail   json.RawMessage `json:"detail"`

	hint hint
}

// hint is what CloudTrail says of one call.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
type hint struct {
	EventName    string `json:"eventName"`
	EventTime    string `json:"eventTime"`
	SourceIP     string `json:"sourceIPAddress"`
	UserIdentity struct {
		ARN         string `json:"arn"`
		PrincipalID string `json:"principalId"`
		InvokedBy   string `json:"invokedBy"`
		Type        string `json:"type"`
	} `json:"userIdentity"`
	Request  json.RawMessage `json:"requestParameters"`
	Response json.RawMessage `json:"responseElements"`
}

// parseInput reads the execution's input. Of a hint, what cannot be read is left out: it only
// decorates.
func parseInput(raw json.RawMessage) (Input, error) {
	var in Input
	if len(bytes.TrimSpace(raw)) == 0 {
		return in, nil
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return in, quarantine.Failf(quarantine.BadRequest, "the input of a look is {}, an incident, or an event of CloudTrail's: %v", err)
	}
	if in.Incident != "" && !quarantine.IsIncidentID(in.Incident) {
		return in, quarantine.Failf(quarantine.BadRequest, "%q is no incident's id", in.Incident)
	}
	if err := json.Unmarshal(in.Detail, &in.hint); err != nil {
		in.hint = hint{}
	}
	return in, nil
}

// since is the shortest time from the last look to this one.
func (in Input) since() time.Duration {
	if in.hint.EventName != "" {
		return sinceHint
	}
	return sinceLook
}

// by says who did it, if the call is about one of the ids, or "".
func (h hint) by(marks []string) string {
	about := slices.ContainsFunc(marks, func(id string) bool {
		return id != "" && (bytes.Contains(h.Request, []byte(`"`+id+`"`)) || bytes.Contains(h.Response, []byte(`"`+id+`"`)))
	})
	if !about {
		return ""
	}
	who := h.UserIdentity.ARN
	for _, other := range []string{h.UserIdentity.InvokedBy, h.UserIdentity.PrincipalID, h.UserIdentity.Type, "somebody"} {
		if who == "" {
			who = other
		}
	}
	parts := []string{who}
	if h.EventName != "" {
		parts = append(parts, "by "+h.EventName)
	}
	if h.EventTime != "" {
		parts = append(parts, "at "+h.EventTime)
	}
	if h.SourceIP != "" {
		parts = append(parts, "from "+h.SourceIP)
	}
	said := []rune(strings.ToValidUTF8(strings.Join(parts, " "), "?"))
	return string(said[:min(len(said), longest)])
}

// longest is how much of what CloudTrail says of a call goes on record.
const longest = 400
