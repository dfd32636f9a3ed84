package quarantine

// Protection is what keeps an instance and its volumes from being ended: attributes of the
// instance as EC2 describes them now.
type Protection struct {
	Termination bool   `json:"termination"` // no call of the API terminates it
	Stop        bool   `json:"stop"`        // no call of the API stops it
	Shutdown    string `json:"shutdown"`    // what its operating system's shutdown does: stop or terminate
	// Volumes are the attached volumes, in the order of their devices.
	Volumes []AttachedVolume `json:"volumes"`
}

// AttachedVolume is a volume as an instance has it.
type AttachedVolume struct {
	VolumeRef
	Deleted bool `json:"deleted"` // whether it is deleted with the instance
}
