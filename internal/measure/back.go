package measure

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// judge tells of each part that was put whether it goes back, to which value, or was changed
// by somebody else since, or whether nobody knows where to. One that shows what stood before
// goes back, too: the read can be older than what was put.
func (u *undoing) judge(now Look) (back map[string]string, drifted, unknown []string) {
	back = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(u.hold.Parts)) {
		p := u.hold.Parts[name]
		stands, isThere := now.Parts[name]
		asBefore := isAsBefore(now, name, p.Before)
		switch {
		case len(p.Puts) == 0 || asBefore && p.Refused != "":
		case !asBefore && !slices.Contains(p.Puts, stands):
			if !isThere {
				stands = "gone"
			}
			drifted = append(drifted, name+" is "+stands)
		case p.Before == nil || p.Before.Unknown:
			unknown = append(unknown, name+" is "+stands)
		default:
			back[name] = p.Before.Text
		}
	}
	return back, drifted, unknown
}

func isAsBefore(now Look, part string, before *quarantine.Value) bool {
	stands, isThere := now.Parts[part]
	return before != nil && !before.Unknown && before.Absent == !isThere && before.Text == stands
}

// restore puts the parts back, and reads them back, unless AWS is carrying that out still. One
// that AWS never takes stands as before.
func (u *undoing) restore(ctx context.Context, now Look, back map[string]string) (underWay bool, err error) {
	u.opened = true
	for _, part := range slices.Sorted(maps.Keys(back)) {
		err := u.Measure.Put(ctx, u.hold, part, back[part])
		if quarantine.Is(err, quarantine.NotSupported) && isAsBefore(now, part, u.hold.Parts[part].Before) {
			continue
		}
		if err != nil {
			return false, err
		}
	}
	_, now, err = u.afterwards(ctx, u.hold)
	if err != nil || now.UnderWay {
		return now.UnderWay, err
	}
	return false, verified(now, back, nil)
}

// lookAgain says of a thing that was put back, or that somebody else had opened, and that nobody
// holds, if it is closed again: AWS may have carried a call out after its lease.
func (u *undoing) lookAgain(ctx context.Context) error {
	let := map[quarantine.ReleaseOutcome]string{quarantine.Restored: "it was put back", quarantine.Drifted: "somebody had changed it at the release"}[u.hold.Outcome]
	if let == "" || len(u.hold.Holders) > 0 || u.hold.Releasing != "" {
		return nil
	}
	now, err := u.Measure.Look(ctx, u.hold)
	if isGone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	var closed []string
	for _, name := range slices.Sorted(maps.Keys(u.hold.Last)) {
		p := u.hold.Last[name]
		if slices.Contains(p.Puts, now.Parts[name]) && !isAsBefore(now, name, p.Before) {
			closed = append(closed, name+" is "+now.Parts[name])
		}
	}
	if len(closed) > 0 {
		u.hold.Note = let + ", and it is closed again: " + strings.Join(closed, ", ") + ". If nobody wants that, put it right by hand"
	}
	return nil
}
