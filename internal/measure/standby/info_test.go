package standby_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/protection"
	"github.com/ec2-quarantine/quarantine/internal/measure/standby"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestWhatItLeavesOpenAndCostsIsSaid(t *testing.T) {
	t.Parallel()
	kept := strings.Join(measure.StaysOpen(quarantine.KindInstance, []measure.Info{standby.Info(), protection.Info()}), "\n")
	for _, what := range []string{"instance refresh", "billed", "balance its Availability Zones", "AZRebalance", "two in a clock hour", "Spot instance"} {
		if !strings.Contains(kept, what) {
			t.Errorf("not a word about %s in:\n%s", what, kept)
		}
	}
	if without := strings.Join(measure.StaysOpen(quarantine.KindInstance, []measure.Info{protection.Info()}), "\n"); strings.Contains(kept, "fails its health checks") || !strings.Contains(without, "fails its health checks") {
		t.Errorf("its group's checks end it where it does not stand by, and nowhere else:\n%s\n\n%s", kept, without)
	}
}

func TestByHandItStandsByAndIsPutInServiceWhereItWasSo(t *testing.T) {
	t.Parallel()
	held := func(before string) quarantine.Hold {
		return quarantine.Hold{Measure: "standby", Thing: "i-" + before, Parts: map[string]quarantine.Part{
			part: {Before: &quarantine.Value{Text: before}, Puts: []string{"Standby"}, After: "Standby"},
		}}
	}
	info := standby.Info()
	steps := info.UndoByHand([]quarantine.Hold{held("InService"), held("Standby")})
	want := []string{"autoscaling", "exit-standby", "--auto-scaling-group-name", "web.1", "--instance-ids", "i-InService"}
	if len(steps) != 2 || !slices.Equal(steps[1].Command, want) {
		t.Errorf("the steps are %v", steps)
	}
	enter := func(group string) []string {
		return []string{"autoscaling", "enter-standby", "--auto-scaling-group-name", group, "--instance-ids", "i-1", "--no-should-decrement-desired-capacity"}
	}
	r := quarantine.Resource{ID: "i-1"}
	if steps := info.ByHand(r, nil); len(steps) != 4 || !slices.Equal(steps[3].Command, enter("GROUP")) {
		t.Errorf("where the group is not known the steps are %v", steps)
	}
	if steps := info.ByHand(r, []quarantine.Hold{held("InService")}); len(steps) != 2 || !slices.Equal(steps[1].Command, enter("web.1")) {
		t.Errorf("where the group is known the steps are %v", steps)
	}
	if steps := info.UndoByHand([]quarantine.Hold{held("Standby")}); len(steps) != 0 {
		t.Errorf("there is nothing to do, and the steps are %v", steps)
	}
	if got, want := info.Now(held("InService")), "stands by in web.1"; got != want {
		t.Errorf("it %q, want %q", got, want)
	}
	if got, want := info.Before(held("InService")), "in service in web.1"; got != want {
		t.Errorf("it was %q, want %q", got, want)
	}
}
