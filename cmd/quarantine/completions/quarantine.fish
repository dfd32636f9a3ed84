function __complete_quarantine
    set -lx COMP_LINE (commandline -cp)
    test -z (commandline -ct)
    and set COMP_LINE "$COMP_LINE "
    quarantine
end
complete -f -c quarantine -a "(__complete_quarantine)"
