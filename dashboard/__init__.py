"""The dashboard: one page over the public names of `regime_sim`, drawn with Streamlit; computes no
result of its own. `app.py` is what Streamlit is started on.
"""
