package quarantine

// Protection is what keeps an instance and its volumes from being ended: attributes of the
// instance as EC2 describes them now.
type Protection struct {
	Termination bool            `json:"termination"` // no call of the API terminates it
	Stop        bool            `json:"stop"`        // no call of the API stops it
	Shutdown    string          `json:"shutdown"`    // what its operating system's shutdown does: stop or terminate
	Volumes     map[string]bool `json:"volumes"`     // by device, whether the volume is deleted with the instance
}
