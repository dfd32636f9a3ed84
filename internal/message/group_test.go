package message

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Of the group that can end the instance no more and no less is said than EC2 has shown.
func TestItsGroupIsSpokenOfAsItIsKnown(t *testing.T) {
	t.Parallel()
	const ends, unsure = "its end by its Auto Scaling group", "its Auto Scaling group, if it is in one"
	grouped := contained()
	grouped.Containment.Warnings = measure.EndedByGroup(grouped.Containment.Instance)
	alone := contained()
	alone.Containment.Instance.Tags = nil
	for name, c := range map[string]struct {
		news quarantine.News
		says bool
	}{"in a group": {grouped, true}, "in none": {alone, false}} {
		text := unwrapped(compose(t, c.news).Text)
		if strings.Contains(text, ends) != c.says || strings.Contains(text, unsure) || strings.Contains(text, "WARNINGS The instance belongs") {
			t.Errorf("%s: %s", name, text)
		}
	}
	if text := unwrapped(compose(t, grouped).Text); strings.Contains(text, "suspend the group's Terminate") || !strings.Contains(text, "1. At once: its Auto Scaling group web fleet will terminate it") {
		t.Errorf("a warning repeats the step: %s", text)
	}
}

// A measure that failed leaves open what it would have closed, and not what nothing closes.
func TestWhatStaysOpenBecauseOfAMeasureIsWhatItCloses(t *testing.T) {
	t.Parallel()
	n := measureFailed()
	n.Measure = "metadata"
	if text := unwrapped(compose(t, n).Text); !strings.Contains(text, "WHAT STAYS OPEN BECAUSE OF IT Instance metadata. ") {
		t.Error(text)
	}
}
