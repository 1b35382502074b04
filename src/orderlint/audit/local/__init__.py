"""An audit by the processes of this machine; what is half done stands on its disk."""
