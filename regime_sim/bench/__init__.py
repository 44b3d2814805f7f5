"""What the engines, the questions and the dashboard cost on this machine, as rows beside their
goals; measures, and prints nothing.
"""
