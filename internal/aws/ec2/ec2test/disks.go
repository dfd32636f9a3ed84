package ec2test

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func listsVolumes(t *testing.T, env Env, c *ec2.Client) {
	devices := map[string]string{}
	for _, v := range must(c.Instance(t.Context(), instance(env.Instance)))(t).Volumes {
		devices[v.ID] = v.Device
	}
	volumes := must(c.Volumes(t.Context(), instance(env.Instance)))(t)
	equal(t, "volumes", len(volumes), 2)
	for _, v := range volumes {
		equal(t, "state", v.State, "in-use")
		equal(t, "device of "+v.ID, v.Device, devices[v.ID])
		if v.SizeGiB == 0 || v.Type == "" {
			t.Errorf("a volume lacks something: %+v", v)
		}
	}
	equal(t, "volumes of another", len(must(c.Volumes(t.Context(), instance("i-0f0f0f0f0f0f0f0f0")))(t)), 0)
}

func snapshotTags(env Env) map[string]string {
	return map[string]string{quarantine.TagProduct: quarantine.Product, quarantine.TagIncident: "inc-" + env.Instance}
}

func take(t *testing.T, env Env, c *ec2.Client) []quarantine.Snapshot {
	t.Helper()
	return must(c.CreateSnapshots(t.Context(), instance(env.Instance), "contract", snapshotTags(env)))(t)
}

func find(t *testing.T, env Env, c *ec2.Client) []quarantine.Snapshot {
	t.Helper()
	return must(c.Snapshots(t.Context(), here, quarantine.TagIncident, "inc-"+env.Instance))(t)
}

func takesSet(t *testing.T, env Env, c *ec2.Client) {
	equal(t, "snapshots before", len(find(t, env, c)), 0)
	uncovered := map[string]bool{}
	for _, v := range must(c.Volumes(t.Context(), instance(env.Instance)))(t) {
		uncovered[v.ID] = true
	}
	set := take(t, env, c)
	equal(t, "snapshots", len(set), 2)
	atOnce := env.Differs.Has(t, moto.SnapshotsAtOnce)
	for _, s := range set {
		delete(uncovered, s.VolumeID)
		if !atOnce {
			equal(t, "state", s.State, "pending")
			equal(t, "started together", s.StartedAt.Equal(set[0].StartedAt), true)
		}
		equal(t, "tag", s.Tags[quarantine.TagProduct], quarantine.Product)
		if err := c.TagSnapshot(t.Context(), here, s.ID, map[string]string{quarantine.TagDevice: "/dev/of/" + s.VolumeID}); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "volumes without snapshot", len(uncovered), 0)
	found := find(t, env, c)
	equal(t, "snapshots found", len(found), 2)
	for _, s := range found {
		equal(t, "device", s.Device, "/dev/of/"+s.VolumeID)
		equal(t, "tag", s.Tags[quarantine.TagProduct], quarantine.Product)
		equal(t, "size is known", s.SizeGiB > 0, true)
	}
	equal(t, "found by another tag", len(must(c.Snapshots(t.Context(), here, quarantine.TagIncident, "inc-other"))(t)), 0)
	_, err := c.CreateSnapshots(t.Context(), instance("i-0f0f0f0f0f0f0f0f0"), "contract", snapshotTags(env))
	wantName(t, err, quarantine.InstanceGone)
}

func completesSet(t *testing.T, env Env, c *ec2.Client) {
	take(t, env, c)
	env.Settle(t)
	for _, s := range find(t, env, c) {
		equal(t, "state", s.State, "completed")
		equal(t, "progress", s.Progress, "100%")
	}
}

func pagesSnapshots(t *testing.T, env Env, _ *ec2.Client) {
	pages := &pageCounter{API: env.API}
	c := ec2.New(pages)
	for range 3 {
		take(t, env, c)
		env.Settle(t)
	}
	equal(t, "snapshots", len(find(t, env, c)), 6)
	pages.wantSeveral(t, env)
}

func locksSnapshot(t *testing.T, env Env, c *ec2.Client) {
	if env.Differs.Has(t, moto.NoLocks) {
		return
	}
	take(t, env, c)
	env.Settle(t)
	set := find(t, env, c)
	ids := []string{set[0].ID, set[1].ID}
	equal(t, "locks before", len(must(c.SnapshotLocks(t.Context(), here, ids))(t)), 0)
	equal(t, "locks of no snapshot", len(must(c.SnapshotLocks(t.Context(), here, nil))(t)), 0)
	var until time.Time
	for _, days := range []int{3, 1} {
		if err := c.LockSnapshot(t.Context(), here, ids[0], days); err != nil {
			t.Fatal(err)
		}
		locks := must(c.SnapshotLocks(t.Context(), here, ids))(t)
		equal(t, "locks", len(locks), 1)
		equal(t, "state", locks[ids[0]].State, "governance")
		if !until.IsZero() {
			equal(t, "ends two days earlier", until.Sub(locks[ids[0]].Until).Round(time.Hour), 48*time.Hour)
		}
		until = locks[ids[0]].Until
	}
	wantName(t, c.LockSnapshot(t.Context(), here, "snap-0f0f0f0f0f0f0f0f0", 1), quarantine.Contended)
}
