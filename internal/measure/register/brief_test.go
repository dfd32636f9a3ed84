package register_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// In a message all that is open stands in one sentence: each of it in few words, none left out, and
// no two told by the same.
func TestEverythingThatIsOpenHasItsFewWords(t *testing.T) {
	t.Parallel()
	texts := register.Unverified()
	for _, kind := range []quarantine.Kind{quarantine.KindInstance, quarantine.KindAccessKey} {
		texts = append(texts, measure.StaysOpen(kind, nil)...)
		for _, m := range register.All() {
			texts = append(texts, measure.StaysOpen(kind, []measure.Info{m})...)
		}
	}
	slices.Sort(texts)
	texts = slices.Compact(texts)
	briefs := register.Briefly(texts)
	for i, text := range texts {
		if briefs[i] == strings.TrimSuffix(text, ".") || strings.HasSuffix(briefs[i], ".") || len(briefs[i]) > len(text) {
			t.Errorf("%q has no few words: %q", text, briefs[i])
		}
	}
	slices.Sort(briefs)
	if len(slices.Compact(briefs)) != len(texts) {
		t.Errorf("two are told by the same words: %q", briefs)
	}
	if got := register.Briefly([]string{"Of another version."}); got[0] != "Of another version" {
		t.Errorf("what has no few words is %q", got)
	}
}

func TestWhatAMeasureDoesHasItsFewWords(t *testing.T) {
	t.Parallel()
	for _, m := range register.Further() {
		if m.InShort == "" || len(m.InShort) >= len(m.Does) {
			t.Errorf("%s does in short %q", m.Name, m.InShort)
		}
	}
}
