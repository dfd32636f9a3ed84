package ec2_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestVolumesInErrorAreLeftOutOfTheSet(t *testing.T) {
	t.Parallel()
	for _, broken := range []struct {
		name string
		at   int // index of the volume in error; the first is the boot volume
	}{{"the boot volume", 0}, {"another volume", 1}} {
		t.Run(broken.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			c := ec2.New(w.EC2())
			volumes, err := c.Volumes(t.Context(), w.instance())
			if err != nil {
				t.Fatal(err)
			}
			w.SetVolumeError(volumes[broken.at].ID)

			set, err := c.CreateSnapshots(t.Context(), w.instance(), "", map[string]string{"k": "v"})

			if err != nil {
				t.Fatal(err)
			}
			if len(set) != 1 || set[0].VolumeID != volumes[1-broken.at].ID || set[0].Tags["k"] != "v" {
				t.Errorf("got %+v, want one tagged snapshot of %s", set, volumes[1-broken.at].ID)
			}
		})
	}
}

func TestAllVolumesInErrorAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld()
	c := ec2.New(w.EC2())
	volumes, err := c.Volumes(t.Context(), w.instance())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range volumes {
		w.SetVolumeError(v.ID)
	}
	if _, err := c.CreateSnapshots(t.Context(), w.instance(), "", nil); !quarantine.Is(err, quarantine.EvidenceFailed) {
		t.Errorf("got %v, want EvidenceFailed", err)
	}
}
