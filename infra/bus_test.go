package infra_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/infra/template"
	"github.com/ec2-quarantine/quarantine/internal/aws/eventbridge"
)

// Our events are on the bus that our rules listen to.
func TestOurEventsStartNothingOfOurs(t *testing.T) {
	t.Parallel()
	none(t, loopFaults(stack(t)))
}

func TestARuleThatOurEventsMatchIsFound(t *testing.T) {
	t.Parallel()
	rule := func(pattern string) string {
		return "Resources: {R: {Type: AWS::Events::Rule, Properties: {EventPattern: {" + pattern + "}}}}"
	}
	bites(t, loopFaults, map[string]string{
		rule("source: [aws.ec2, aws.iam]"):          "",
		rule("source: [aws.ec2, quarantine]"):       "R matches events of the source quarantine",
		rule("source: [{anything-but: aws.ec2}]"):   "R matches sources by a filter",
		rule("detail-type: [Quarantine Contained]"): "R names no source",
		"Resources: {T: {Type: AWS::SNS::Topic}}":   "there is no rule",
	})
}

// loopFaults says which rules could match events that the functions put on the bus.
func loopFaults(t *template.Template) (faults []string) {
	rules := t.Of("AWS::Events::Rule")
	if len(rules) == 0 {
		return []string{"there is no rule"}
	}
	for id, r := range rules {
		sources := template.List(at(r.Properties, "EventPattern", "source"))
		if len(sources) == 0 {
			faults = append(faults, id+" names no source")
		}
		for _, s := range sources {
			if name, plain := s.(string); !plain {
				faults = append(faults, id+" matches sources by a filter, which these tests do not know")
			} else if name == eventbridge.Source {
				faults = append(faults, fmt.Sprintf("%s matches events of the source %s", id, name))
			}
		}
	}
	return faults
}

// Who may put events could make up those of others.
func TestEventsArePutUnderOurNameAlone(t *testing.T) {
	t.Parallel()
	may := 0
	for _, f := range functions {
		granted, faults := grants(stack(t), f.id+"Role")
		none(t, faults)
		for _, g := range granted {
			if !slices.Contains(g.actions, "events:PutEvents") {
				continue
			}
			if may++; !slices.Equal(g.keys["events:source"], []string{eventbridge.Source}) {
				t.Errorf("%s may put events of the sources %q", f.id, g.keys["events:source"])
			}
		}
	}
	if may != 2 {
		t.Errorf("%d functions may put events, want those that tell and that ask", may)
	}
}
