package release_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/release"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	web := func(w world, incident, owner string) quarantine.Claim {
		return quarantine.Claim{Incident: incident, Owner: owner, Resource: w.Resource("i-web")}
	}
	for _, c := range []struct {
		name  string
		given func(world, *release.Request)
		want  string
	}{
		{"unknown", func(_ world, in *release.Request) { in.Incident = "inc-unknown" }, quarantine.BadRequest},
		{"being isolated", func(w world, _ *release.Request) {
			w.SetLock(web(w, "inc-web", "another"), quarantine.StatusIsolating)
		}, quarantine.LockLost},
		{"released by another", func(w world, _ *release.Request) {
			w.SetLock(web(w, "inc-web", "another"), quarantine.StatusReleasing)
		}, quarantine.LockLost},
		{"another incident has the lock", func(w world, _ *release.Request) {
			w.SetLock(web(w, "inc-later", "another"), quarantine.StatusContained)
		}, quarantine.LockLost},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, in := newWorld(t), estate.Restoration("i-web")
			w.cut(t, "i-web")
			c.given(w, &in)
			before := w.State()
			done, err := w.Release(t.Context(), in)
			estate.WantName(t, err, c.want)
			same(t, "what is claimed", quarantine.Release{}, done)
			same(t, "what is left behind", before, w.State())
		})
	}
}

func TestAReleaseNeedsAPersonAndAReason(t *testing.T) {
	t.Parallel()
	for missing, leave := range map[string]func(*release.Request){
		"incident":  func(in *release.Request) { in.Incident = "" },
		"by":        func(in *release.Request) { in.By = "" },
		"reason":    func(in *release.Request) { in.Reason = "" },
		"execution": func(in *release.Request) { in.Execution.ID = "" },
	} {
		w, in := newWorld(t), estate.Restoration("i-web")
		leave(&in)
		_, err := w.Release(t.Context(), in)
		estate.WantName(t, err, quarantine.BadRequest)
		same(t, "calls without "+missing, nil, w.Texts(0))
	}
}
