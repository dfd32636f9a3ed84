package release_test

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		given func(*world)
		want  string
	}{
		{"unknown", func(w *world) { delete(w.incidents, "inc-web"); delete(w.locks, "i-web") }, quarantine.BadRequest},
		{"being isolated", func(w *world) { w.acquire("i-web", "another") }, quarantine.LockLost},
		{"released by another", func(w *world) {
			w.locks["i-web"] = lock{incident: "inc-web", owner: "another", status: quarantine.StatusReleasing, lease: noon.Add(time.Second)}
		}, quarantine.LockLost},
		{"another incident has the lock", func(w *world) {
			w.locks["i-web"] = lock{incident: "inc-later", status: quarantine.StatusContained}
		}, quarantine.LockLost},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.cut(t, "i-web")
			c.given(w)
			first, records := len(w.calls), w.records["subnet-a"]
			done, err := w.handle(t.Context(), "i-web")
			wantName(t, err, c.want)
			same(t, "what is claimed", quarantine.Release{}, done)
			same(t, "changes in EC2", 0, w.changed(first))
			same(t, "the record", records, w.records["subnet-a"])
		})
	}
}

func TestAReleaseNeedsAPersonAndAReason(t *testing.T) {
	t.Parallel()
	for _, missing := range []string{"incident", "by", "reason", "execution"} {
		w, in := newWorld(t), request("i-web")
		switch missing {
		case "incident":
			in.Incident = ""
		case "by":
			in.By = ""
		case "reason":
			in.Reason = ""
		default:
			in.Execution.ID = ""
		}
		_, err := w.releaser().Handle(t.Context(), in)
		wantName(t, err, quarantine.BadRequest)
		same(t, "calls", nil, w.since(0))
	}
}
