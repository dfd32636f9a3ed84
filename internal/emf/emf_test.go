package emf_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ec2-quarantine/quarantine/internal/emf"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 5_000_000, time.UTC)

var clock = clocktest.At(noon)

// written is what measurements become.
func written(all ...quarantine.Measurement) string {
	var out bytes.Buffer
	emf.New(&out, "Quarantine/stack", clock).Measure(all...)
	return out.String()
}

func TestAMeasurementIsALineOfTheFormat(t *testing.T) {
	t.Parallel()
	got := written(quarantine.Once("Contained"), quarantine.Measurement{Name: "FindingToCut", Unit: quarantine.Seconds, Value: 12.5})
	want := `{"Contained":1,"_aws":{"Timestamp":1772625600005,"CloudWatchMetrics":[{"Namespace":"Quarantine/stack","Dimensions":[[]],"Metrics":[{"Name":"Contained","Unit":"Count"}]}]}}
{"FindingToCut":12.5,"_aws":{"Timestamp":1772625600005,"CloudWatchMetrics":[{"Namespace":"Quarantine/stack","Dimensions":[[]],"Metrics":[{"Name":"FindingToCut","Unit":"Seconds"}]}]}}
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestWhatCloudWatchWouldRefuseIsLeftOut(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]quarantine.Measurement{
		"NaN":          {Name: "x", Value: math.NaN()},
		"infinity":     {Name: "x", Value: math.Inf(1)},
		"less than it": {Name: "x", Value: math.Inf(-1)},
		"too large":    {Name: "x", Value: math.MaxFloat64},
		"no name":      {Value: 1},
		"a long name":  {Name: strings.Repeat("x", 256), Value: 1},
		"the envelope": {Name: "_aws", Value: 1},
	} {
		if got := written(m, quarantine.Once("Contained")); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, `{"Contained":1,`) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestWithoutANamespaceNothingIsMeasured(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	emf.New(&out, "", clock).Measure(quarantine.Once("Contained"))
	quarantine.Meter(nil).Measure(quarantine.Once("Contained"))
	if out.Len() != 0 {
		t.Errorf("wrote %s", out.String())
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("the pipe is broken") }

func TestABrokenPipeBreaksNothingElse(t *testing.T) {
	t.Parallel()
	emf.New(broken{}, "Quarantine/stack", clock).Measure(quarantine.Once("Contained"))
}

// lines takes whole lines only.
type lines struct {
	t   *testing.T
	all int
}

func (l *lines) Write(p []byte) (int, error) {
	if !json.Valid(p) || !bytes.HasSuffix(p, []byte("}\n")) {
		l.t.Errorf("a write that is no line: %q", p)
	}
	l.all++
	return len(p), nil
}

func TestLinesOfManyStayWhole(t *testing.T) {
	t.Parallel()
	out := &lines{t: t}
	meter := emf.New(out, "Quarantine/stack", clock)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { meter.Measure(quarantine.Once("Contained"), quarantine.Once("Released")) })
	}
	all.Wait()
	if out.all != 100 {
		t.Errorf("%d lines", out.all)
	}
}

// FuzzMeasure: whatever is measured, each line is a document of the format whose
// one metric has its value beside it.
func FuzzMeasure(f *testing.F) {
	f.Add("Quarantine/stack", "Contained", "Count", 1.0)
	f.Add("n", "_aws", "Seconds", math.Inf(1))
	f.Add("a\"b\n", "x\x00\xff", "", math.Copysign(0, -1))
	f.Add("", "x", "Percent", math.NaN())
	f.Fuzz(func(t *testing.T, namespace, name, unit string, value float64) {
		var out bytes.Buffer
		emf.New(&out, namespace, clock).Measure(quarantine.Measurement{Name: name, Unit: quarantine.Unit(unit), Value: value})
		if out.Len() == 0 {
			return
		}
		var root map[string]json.RawMessage
		if err := json.Unmarshal(out.Bytes(), &root); err != nil || strings.Count(out.String(), "\n") != 1 || len(root) != 2 {
			t.Fatalf("no document: %v in %q", err, out.String())
		}
		var meta struct {
			Timestamp         int64
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name, Unit string }
			}
		}
		if err := json.Unmarshal(root["_aws"], &meta); err != nil || len(meta.CloudWatchMetrics) != 1 || len(meta.CloudWatchMetrics[0].Metrics) != 1 {
			t.Fatalf("no metric: %v in %q", err, out.String())
		}
		var got float64
		target := meta.CloudWatchMetrics[0].Metrics[0].Name
		if err := json.Unmarshal(root[target], &got); err != nil || got != value {
			t.Fatalf("%q is %v (%v), want %v", target, got, err, value)
		}
		if utf8.ValidString(name) && target != name {
			t.Fatalf("%q became %q", name, target)
		}
	})
}
