package uninstall

import "context"

// A packaging bucket is deleted only if it has both the name prefix, which tells its
// purpose, and the tag, which tells its stack. The ledger has the tag, too.
const (
	BucketPrefix = "quarantine-artifacts-"
	StackTag     = "quarantine:stack" // its value is the stack's name
)

// lookBuckets finds the stack's packaging buckets.
func (u *Uninstaller) lookBuckets(ctx context.Context, p *Plan) error {
	tagged, _, err := u.buckets(ctx)
	p.Buckets = tagged
	return err
}

// buckets returns the stack's packaging buckets, and the buckets with the name prefix
// but without the tag.
func (u *Uninstaller) buckets(ctx context.Context) (own, untagged []string, err error) {
	own, untagged = []string{}, []string{}
	all, err := u.Buckets.Buckets(ctx, BucketPrefix)
	if err != nil {
		return nil, nil, err
	}
	for _, bucket := range all {
		tags, err := u.Buckets.Tags(ctx, bucket)
		if err != nil {
			return nil, nil, err
		}
		switch stack, tagged := tags[StackTag]; {
		case tagged && stack == u.Stack:
			own = append(own, bucket)
		case !tagged:
			untagged = append(untagged, bucket)
		}
	}
	return own, untagged, nil
}

// deleteBuckets empties and deletes the packaging buckets.
func (r *run) deleteBuckets(ctx context.Context) error {
	buckets, _, err := r.buckets(ctx)
	if err != nil {
		return err
	}
	for _, bucket := range buckets {
		objects, err := r.Buckets.Remove(ctx, bucket)
		if err != nil {
			return err
		}
		r.say("deleted bucket %s with %d object versions", bucket, objects)
		r.report.DeletedBuckets = append(r.report.DeletedBuckets, bucket)
	}
	return nil
}
